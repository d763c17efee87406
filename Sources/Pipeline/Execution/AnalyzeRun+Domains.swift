import Analysis
import Statistics

extension AnalyzeRun {
    /// Universality in each domain, by the same functions over the domain's strata: one domain after the other, within the memory of the whole.
    ///
    /// - Parameter reference: the model whose neurons are judged.
    /// - Returns: nil where domains are no strata, where there is only one, and for a screened run, which has no correlations of all pairs.
    func byDomain(_ statistics: StoredStatistics, reference: ModelShape, plan: RunPlan) throws -> DomainComparison? {
        let domains = plan.analysedDomains
        guard !domains.isEmpty else { return nil }
        let configuration = plan.universality.ofDomain
        let (progress, stop) = (context.progress, context.stop)
        var found: [DomainUniversality] = []
        let whole = try UniversalityAnalysis(statistics: statistics, configuration: configuration)
        let blocks = statistics.layout.blocks.filter { whole.groups.contains($0.columns) }
        let memory = try memoryOfGroups(plan, configuration)
        progress.begin(ProgressStage("analysing domains", unit: .blocks, total: whole.blocks * domains.count))
        defer { progress.end() }
        for (domain, name) in domains.enumerated() {
            let part = statistics.restricted(toDomain: domain)
            guard try part.hasTokens(of: blocks) else {
                found.append(
                    DomainUniversality(withoutTokens: name, neurons: reference.neurons, threshold: configuration.threshold))
                progress.advance(by: whole.blocks)
                continue
            }
            let analysis = try UniversalityAnalysis(statistics: part, configuration: configuration)
            let result = try analysis.run(
                team: context.team, memory: memory, check: { try stop.check() }, progress: { progress.advance(by: 1) })
            found.append(DomainUniversality(name: name, result))
        }
        return try DomainComparison(reference: reference, domains: found)
    }
}
