import Analysis
import Statistics
import Storage
import SystemPackage

/// The findings of all groups of a run, which came to its folder from where the statistics lie.
public struct RunFindings: Sendable {
    /// Where the correlations were written.
    public let matrices: Set<MatricesPlace>
    private let plan: RunPlan
    private let layout: StatisticsLayout
    private let files: [FilePath]
    private let headers: [GroupFindings.Header]

    /// The findings in a run's folder.
    ///
    /// - Parameter shards: the shards that the plan asks for.
    /// - Returns: nil unless there are findings of every group, and they are of this plan, of all these shards and of what the analysis is
    ///   asked for.
    public init?(of plan: RunPlan, in folder: RunFolder, shards: [Int]) throws {
        let layout = plan.layout
        let settings = try FindingsOrigin.settings(of: plan, universality: plan.universality)
        var headers: [GroupFindings.Header] = []
        files = layout.groups.indices.map { folder.findings(ofGroup: layout.groups[$0].name) }
        for (group, file) in files.enumerated() {
            guard Folder.holdsFile(file), let header = try? GroupFindings.header(of: file) else { return nil }
            let hasBlocks = layout.blocks.contains { $0.columns == group }
            guard header.group == group, header.origin.plan == plan.identity, header.origin.settings == settings,
                header.origin.shards == (hasBlocks ? shards.sorted() : []),
                header.digests.count == plan.blocks(ofGroup: group, in: layout).count * plan.numbers.corpus.strata
            else { return nil }
            headers.append(header)
        }
        self.plan = plan
        self.layout = layout
        self.headers = headers
        matrices = Set(headers.map(\.matrices)).subtracting([.none])
    }

    /// The groups whose correlations lie with a reducer.
    public var groupsWithMatricesElsewhere: [Int] {
        headers.filter { if case .store = $0.matrices { true } else { false } }.map(\.group)
    }

    /// Whether the run's folder has complete matrices of these statistics.
    public func hasMatrices(in folder: RunFolder) -> Bool { CorrelationMatrices.areComplete(folder.correlations, of: digest) }

    /// Writes the metadata of matrices whose chunks have come to the run's folder: from now on they are complete.
    ///
    /// - Throws: `StorageError.notFound` for a chunk that is missing, or what fails while writing.
    public func finishMatrices(in folder: RunFolder, on files: some FileLayer = LocalFiles()) throws {
        try CorrelationMatrices(folder.correlations, layout: layout, format: plan.configuration.matrices, on: files)?
            .finish(of: digest)
    }

    /// The digest of the statistics.
    var digest: Digest {
        let strata = plan.numbers.corpus.strata
        var next = [Int](repeating: 0, count: headers.count)
        return Digest(
            ofStatistics: layout.blocks.flatMap { block in
                defer { next[block.columns] += strata }
                return headers[block.columns].digests[next[block.columns]..<next[block.columns] + strata]
            })
    }

    /// What the resolution does to correlations.
    var resolutionError: ResolutionError {
        ResolutionError(q: plan.numbers.accumulation.resolution, spreads: spreads, layout: layout)
    }

    /// What rounded activations do to correlations; nil where they are not rounded.
    var roundingError: RoundingError? {
        plan.numbers.accumulation.bits.map { RoundingError(bits: $0.rawValue, spreads: spreads, layout: layout) }
    }

    private var spreads: [Int: ColumnSpread] {
        var spreads: [Int: ColumnSpread] = [:]
        for header in headers { spreads[header.group] = header.spread }
        return spreads
    }

    /// Merges what the groups say; one group's findings are in memory at a time.
    ///
    /// - Parameters:
    ///   - take: called with the result for each group of models that are compared among themselves, that of the run's reference last: its
    ///     tables of pairs stay in memory.
    ///   - progress: called after each column group; may throw to stop.
    /// - Returns: what `take` has made, of the run's reference first; universality by domain, where domains are analysed; and the features of
    ///   neurons.
    /// - Throws: `StorageError`, an `AnalysisError` for findings that are damaged or do not fit; what `take` throws.
    func merge<Outcome>(
        take: (UniversalityResult) throws -> Outcome, progress: () throws -> Void
    ) throws -> (outcomes: [Outcome], domains: DomainComparison?, explanations: RunExplanations?) {
        var domains = try plan.domainMergers(layout)
        var explanations: RunExplanations?
        var rest = Set(layout.groups.indices)
        let outcomes: [Outcome] = try plan.groupUniversality.reversed().map { configuration in
            var merger = try UniversalityMerger(
                layout: layout, replicates: plan.numbers.corpus.replicates, configuration: configuration)
            for group in merger.groups {
                let findings = try GroupFindings(contentsOf: files[group])
                if let summary = findings.universality { try merger.add(summary) }
                if configuration.reference == plan.universality.reference {
                    guard findings.domains.count == domains.count else {
                        throw StorageError.corrupt(
                            files[group], offset: nil, problem: "it is about \(findings.domains.count) domains of \(domains.count)")
                    }
                    for (domain, part) in findings.domains.enumerated() { if let part { try domains[domain].add(part) } }
                }
                rest.remove(group)
                try progress()
            }
            return try take(merger.finish())
        }.reversed()
        for group in rest.sorted() {
            let findings = try GroupFindings(contentsOf: files[group])
            explanations = findings.explanations.map { RunExplanations(reference: $0, others: findings.otherExplanations) } ?? explanations
            try progress()
        }
        if plan.numbers.features != nil {
            guard let explanations else {
                throw StorageError.corrupt(files[files.count - 1], offset: nil, problem: "it says nothing about the features")
            }
            guard explanations.others.map(\.model) == layout.otherExplainedModels else {
                throw StorageError.corrupt(
                    files[files.count - 1], offset: nil, problem: "it is about features of other models than the plan's")
            }
        }
        return (outcomes, try DomainComparison(domains), explanations)
    }
}
