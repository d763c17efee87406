/// Universality over the tokens of one domain alone.
public struct ReportedDomain: Codable, Sendable, Equatable {
    /// The domain's name.
    public var name: String
    /// Its counted tokens.
    public var tokens: Int
    /// How many neurons are universal there.
    public var universal: ReportedFigure
    /// How many of them are universal in no other domain.
    public var only: Int
    /// How many neurons its tokens are too few for.
    public var unjudged: Int

    /// One domain.
    public init(name: String, tokens: Int, universal: ReportedFigure, only: Int, unjudged: Int = 0) {
        self.name = name
        self.tokens = tokens
        self.universal = universal
        self.only = only
        self.unjudged = unjudged
    }
}
