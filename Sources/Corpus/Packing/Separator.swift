/// What stands between documents that share rows.
public enum Separator: String, Codable, Sendable, CaseIterable {
    /// `<|endoftext|>` after each document.
    case eot
    /// Nothing: documents abut, as in the paper (SPEC section 1: the authors' helper deletes the separator again).
    case none
}
