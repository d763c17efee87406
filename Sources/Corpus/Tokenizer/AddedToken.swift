/// A token outside the byte-pair merges: it is looked for in the text itself, before anything is cut into words.
struct AddedToken: Equatable {
    let id: Int32
    /// Its text, in UTF-8; never empty.
    let content: [UInt8]
    /// Special tokens are ordinary text unless the tokenizer is told to match them.
    let isSpecial: Bool
    /// Tokens that are not normalised are looked for first, the others in what is left.
    let isNormalized: Bool
}
