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
    /// How many are universal.
    public let universal: UniversalCount

    /// What the analysis of a domain's statistics has found.
    public init(name: String, _ result: UniversalityResult) {
        self.name = name
        tokens = result.tokens
        excess = result.excess.map { Float($0) }
        standardError = result.baseline.excessStandardError?.map { Float($0) }
        isUniversal = result.isUniversal
        universal = result.universal
    }

    /// A domain of which no token was counted.
    public init(withoutTokens name: String, neurons: Int, threshold: Double) {
        self.name = name
        tokens = 0
        excess = Array(repeating: .nan, count: neurons)
        standardError = nil
        isUniversal = Array(repeating: false, count: neurons)
        universal = UniversalCount(count: 0, fraction: 0, threshold: threshold)
    }
}

extension UniversalityConfiguration {
    /// What is asked of each domain: excess and nothing that only pairs and partners need.
    public var ofDomain: UniversalityConfiguration {
        var asked = self
        asked.allPairs = false
        asked.tail = 1
        asked.rotations.kinds = Array(rotations.kinds.prefix(1))
        return asked
    }
}
