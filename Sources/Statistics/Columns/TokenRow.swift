/// One row of the corpus as an activation source sees it.
public struct TokenRow: Sendable {
    /// The row's index in the packed corpus.
    public let index: Int
    /// The index of the row's domain.
    public let domain: Int
    /// The token ids, `[context]`; valid for the duration of the call that the row is passed to.
    public nonisolated(unsafe) let tokens: UnsafeBufferPointer<Int32>
    /// Which combination of a tagger's labels each token has, `[context]`; nil where no tagger was asked. Valid as long as the tokens.
    public nonisolated(unsafe) let labels: UnsafeBufferPointer<Int32>?

    /// A row whose tokens and labels lie in memory that the caller keeps.
    public init(index: Int, domain: Int, tokens: UnsafeBufferPointer<Int32>, labels: UnsafeBufferPointer<Int32>? = nil) {
        self.index = index
        self.domain = domain
        self.tokens = tokens
        self.labels = labels
    }
}
