/// The universal count as the first replicates alone give it.
public struct ReportedConvergencePoint: Codable, Sendable, Hashable {
    /// How many replicates, from the first.
    public var replicates: Int
    /// Tokens counted in them.
    public var tokens: Int
    /// Universal neurons over those tokens.
    public var universal: ReportedFigure

    /// A point of the convergence plot.
    public init(replicates: Int, tokens: Int, universal: ReportedFigure) {
        self.replicates = replicates
        self.tokens = tokens
        self.universal = universal
    }
}
