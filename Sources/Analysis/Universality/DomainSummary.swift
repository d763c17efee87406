/// Universality by domain in `summary.json`.
public struct DomainSummary: Codable, Hashable, Sendable {
    /// One domain.
    public struct Domain: Codable, Hashable, Sendable {
        /// Its name.
        public var name: String
        /// Its counted tokens.
        public var tokens: Int
        /// Neurons that are universal over these tokens.
        public var universal: UniversalCount
        /// Those of them that are universal in no other domain.
        public var only: Int
        /// Neurons that the domain has too few tokens for: their baseline leaves no room for an excess above the threshold.
        public var unjudged: Int
    }

    /// The domains, in the corpus's order.
    public var domains: [Domain]
    /// How many neurons are universal in exactly one domain, and in each of those that have tokens.
    public var universalInOne, universalInAll: Int
    /// How many neurons are universal in none, in one, … in all domains.
    public var neuronsByDomains: [Int]

    enum CodingKeys: String, CodingKey {
        case domains
        case universalInOne = "universal_in_one"
        case universalInAll = "universal_in_all"
        case neuronsByDomains = "neurons_by_domains"
    }

    /// The figures of a comparison of domains.
    public init(_ comparison: DomainComparison) {
        domains = comparison.domains.enumerated().map { index, domain in
            Domain(
                name: domain.name, tokens: domain.tokens, universal: domain.universal, only: comparison.universalOnly(in: index),
                unjudged: domain.isJudged.count { !$0 })
        }
        let counts = comparison.countsByDomains
        universalInOne = counts.count > 1 ? counts[1] : 0
        universalInAll = comparison.universalInAll
        neuronsByDomains = counts
    }
}
