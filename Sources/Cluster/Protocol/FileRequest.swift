import Storage

/// Asks a reducer for some bytes of a file.
struct FileRequest: Codable, Sendable, Hashable {
    /// The file.
    let file: ReducerFile
    /// Where the bytes begin.
    let offset: Int
    /// Whether a transfer begins, in the middle where an earlier one broke off: the reducer says the file's hash.
    let begins: Bool
    /// The hash of what is there already, where a transfer begins: an equal file needs not to be sent.
    let known: Digest?
}
