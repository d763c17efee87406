/// The first thing that two tokenizers do not have in common.
public struct TokenizerDifference: Sendable, Equatable {
    /// What it is: "token 17", "merge 3".
    public let place: String
    /// What each of the two has there.
    public let first, second: String

    /// Names a difference.
    public init(place: String, first: String, second: String) {
        self.place = place
        self.first = first
        self.second = second
    }
}
