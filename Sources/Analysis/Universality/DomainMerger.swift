import Statistics

/// Merges what all groups say about one domain; the parts may come in any order and from anywhere, the figures have the bits of an analysis of
/// the domain's statistics in one place.
public struct DomainMerger: Sendable {
    private let name: String
    private var merger: ReferenceMerger
    private var isEmpty = true

    /// Begins with the parts of no group.
    ///
    /// - Parameters:
    ///   - name: of the domain.
    ///   - configuration: what the whole analysis is asked for.
    /// - Throws: an `AnalysisError` when the configuration does not fit the layout.
    public init(name: String, layout: StatisticsLayout, replicates: Int, configuration: UniversalityConfiguration) throws {
        self.name = name
        merger = ReferenceMerger(
            plan: try UniversalityPlan(layout: layout, replicates: replicates, configuration: configuration.ofDomain))
    }

    /// The model whose neurons are judged.
    var reference: ModelShape { merger.plan.reference }

    /// Takes a part in.
    ///
    /// - Throws: `AnalysisError.foreignSummary` when it came before, or was made for another layout or configuration.
    public mutating func add(_ part: DomainPart) throws {
        let plan = merger.plan
        func problem() -> String? {
            if let problem = merger.problem(ofGroup: part.group) { return problem }
            return part.reference.fits(plan, partners: 0..<0) ? nil : "its part about domain '\(name)' has another size"
        }
        if let problem = problem() {
            let groups = plan.layout.groups
            throw AnalysisError.foreignSummary(
                group: groups.indices.contains(part.group) ? groups[part.group].name : "\(part.group)", reason: problem)
        }
        merger.add(part.reference, ofGroup: part.group)
        isEmpty = false
    }

    /// What was found in the domain; where no group has said anything, a domain without tokens.
    ///
    /// - Throws: `AnalysisError.missingSummaries` when some groups have come and others have not.
    public func finish() throws -> DomainUniversality {
        let plan = merger.plan
        if isEmpty {
            return DomainUniversality(withoutTokens: name, neurons: plan.reference.neurons, threshold: plan.configuration.threshold)
        }
        try merger.checkComplete()
        let estimates = merger.estimates
        return DomainUniversality(
            name: name, tokens: estimates.replicateTokens.reduce(0, +), baseline: estimates.firstBaseline,
            threshold: plan.configuration.threshold)
    }
}
