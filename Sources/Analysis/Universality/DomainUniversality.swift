/// Which neurons of the reference are universal over the tokens of one domain alone.
public struct DomainUniversality: Sendable {
    /// The domain.
    public let name: String
    /// Its counted tokens.
    public let tokens: Int
    /// The excess correlation of each neuron, `[neurons]`; NaN in a domain without tokens.
    public let excess: [Float]
    /// Its standard error, `[neurons]`; nil where there is none.
    public let standardError: [Float]?
    /// Whether a neuron's excess is above the threshold, `[neurons]`.
    public let isUniversal: [Bool]
    /// Whether the domain's tokens can tell a neuron to be universal, `[neurons]`: not where they are so few that the random baseline leaves no
    /// room for an excess above the threshold, whatever the correlations.
    public let isJudged: [Bool]
    /// How many are universal.
    public let universal: UniversalCount

    /// What the analysis of a domain's statistics has found.
    public init(name: String, _ result: UniversalityResult) {
        self.init(name: name, tokens: result.tokens, baseline: result.baseline, threshold: result.configuration.threshold)
    }

    /// What the baseline of a domain's tokens has found.
    init(name: String, tokens: Int, baseline: BaselineColumns, threshold: Double) {
        self.name = name
        self.tokens = tokens
        excess = baseline.excess.map { Float($0) }
        standardError = baseline.excessStandardError?.map { Float($0) }
        isUniversal = baseline.excess.map { $0 > threshold }
        // No correlation is above 1.
        isJudged = baseline.mean.map { 1 - $0 > threshold }
        universal = baseline.universal
    }

    /// A domain of which no token was counted.
    public init(withoutTokens name: String, neurons: Int, threshold: Double) {
        self.name = name
        tokens = 0
        excess = Array(repeating: .nan, count: neurons)
        standardError = nil
        isUniversal = Array(repeating: false, count: neurons)
        isJudged = isUniversal
        universal = UniversalCount(count: 0, fraction: 0, threshold: threshold)
    }
}
