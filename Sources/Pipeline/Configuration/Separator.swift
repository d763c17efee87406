/// What stands between the documents of a domain when they are packed into rows.
public enum Separator: String, Codable, Hashable, Sendable, CaseIterable {
    /// `<|endoftext|>`.
    case eot
    /// Nothing: documents abut, as in the paper's authors' data.
    case none
}
