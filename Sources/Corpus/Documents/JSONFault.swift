/// Where JSON is broken and what was expected there.
struct JSONFault: Error, Equatable {
    /// Byte within the text, from 0.
    let offset: Int
    /// What should have been there, as it continues "expected …".
    let expected: String
}
