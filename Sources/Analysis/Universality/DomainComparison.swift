/// Universality by domain: in how many of the domains a neuron is universal, and in which alone.
public struct DomainComparison: Sendable {
    /// The model whose neurons are judged.
    public let reference: ModelShape
    /// The domains, in the corpus's order.
    public let domains: [DomainUniversality]
    /// In how many domains each neuron is universal, `[neurons]`.
    public let universalDomains: [Int]

    /// Compares what was found in each domain.
    ///
    /// - Throws: `AnalysisError.sizeMismatch` when a domain is of another number of neurons.
    public init(reference: ModelShape, domains: [DomainUniversality]) throws {
        for domain in domains where domain.isUniversal.count != reference.neurons || domain.excess.count != reference.neurons {
            throw AnalysisError.sizeMismatch(
                what: "neurons of domain '\(domain.name)'", expected: reference.neurons, found: domain.isUniversal.count)
        }
        self.reference = reference
        self.domains = domains
        universalDomains = (0..<reference.neurons).map { neuron in domains.count { $0.isUniversal[neuron] } }
    }

    /// Compares what the column groups have said about each domain; nil for no domains.
    ///
    /// - Throws: `AnalysisError.missingSummaries`.
    public init?(_ mergers: [DomainMerger]) throws {
        guard let reference = mergers.first?.reference else { return nil }
        try self.init(reference: reference, domains: mergers.map { try $0.finish() })
    }

    /// How many neurons are universal in every domain that has tokens.
    public var universalInAll: Int {
        let all = domains.count { $0.tokens > 0 }
        return all == 0 ? 0 : universalDomains.count { $0 == all }
    }

    /// The one domain that a neuron is universal in, of those that can tell; nil where it is in none or in several.
    public func onlyDomain(of neuron: Int) -> Int? {
        universalDomains[neuron] == 1 ? domains.firstIndex { $0.isUniversal[neuron] } : nil
    }

    /// How many neurons are universal in a domain and in no other.
    public func universalOnly(in domain: Int) -> Int {
        universalDomains.indices.count { universalDomains[$0] == 1 && domains[domain].isUniversal[$0] }
    }

    /// How many neurons are universal in none, in one, … in all domains.
    public var countsByDomains: [Int] {
        var counts = Array(repeating: 0, count: domains.count + 1)
        for count in universalDomains { counts[count] += 1 }
        return counts
    }
}
