import Analysis
import Kernels
import Models
import Statistics
import Storage
import SystemPackage

/// Finds what the column groups of a store contribute to a run's results, one after the other, where their numbers lie.
///
///     let summariser = try GroupSummariser(plan, folder: folder, store: store, matrices: (path, .run), context: context)
///     let findings = try summariser.findings(ofGroup: 7)
///
/// The bits do not depend on the threads, the memory, or on which groups the store has besides.
public struct GroupSummariser: Sendable {
    private let plan: RunPlan
    private let layout: StatisticsLayout
    private let statistics: StoredStatistics
    private let features: FeatureBank?
    private let matrices: CorrelationMatrices?
    private let place: MatricesPlace
    private let universality: UniversalityConfiguration
    /// One for each group of models that are compared among themselves; a column group belongs to one of them at most.
    private let analyses: [UniversalityAnalysis]
    /// One for each domain that is analysed, each over that domain's statistics.
    private let domains: [(statistics: StoredStatistics, analysis: UniversalityAnalysis)]
    private let context: JobContext

    /// Opens what is folded in a store.
    ///
    /// - Parameters:
    ///   - folder: where the plan's files lie: calibration and features.
    ///   - store: the statistics; groups that it does not have cannot be asked for.
    ///   - matrices: the folder that correlations go to, and how that is recorded; chunks of other groups there stay.
    ///   - permit: asked before each chunk of correlations gets its name; then another process begins the matrices and finishes them. nil:
    ///     they are begun here.
    ///   - universality: what the analysis of each group of models is asked for, and nothing of domains; nil: what the plan says.
    ///   - context: threads that share a group's blocks, the memory that they may use, a way to be stopped.
    /// - Throws: `PipelineError.planDamaged`; errors of the store, the analysis and the disk.
    public init(
        _ plan: RunPlan, folder: RunFolder, store: StatisticsStore, matrices: (folder: FilePath, place: MatricesPlace),
        permit: WritePermit? = nil, universality: [UniversalityConfiguration]? = nil, context: JobContext
    ) throws {
        let asked = universality ?? plan.groupUniversality
        self.universality = asked[0]
        self.plan = plan
        self.context = context
        layout = plan.layout
        let snapshot = try StoreSnapshot(of: store, strata: plan.numbers.corpus.strata, includesStaged: false)
        statistics = try plan.statistics(in: snapshot, calibrationOf: folder)
        features = try plan.openFeatures(in: folder)
        self.matrices = try CorrelationMatrices(
            matrices.folder, layout: layout, format: plan.configuration.matrices, permit: permit, on: context.files)
        place = plan.configuration.matrices == .none ? .none : matrices.place
        analyses = try asked.map { [statistics, sink = self.matrices] in
            try UniversalityAnalysis(statistics: statistics, configuration: $0, sink: sink)
        }
        domains = try (universality == nil ? plan.analysedDomains.indices : 0..<0).map { [statistics] domain in
            let part = statistics.restricted(toDomain: domain)
            return (part, try UniversalityAnalysis(statistics: part, configuration: plan.universality.ofDomain))
        }
    }

    /// What the findings of a group are made of.
    ///
    /// - Throws: `StorageError`.
    public func origin(ofGroup group: Int) throws -> FindingsOrigin {
        let keys = plan.sections(ofGroup: group, in: layout)
        return try FindingsOrigin(
            plan, universality: universality,
            tables: Dictionary(keys.map { ($0, statistics.snapshot.records(of: $0)) }) { first, _ in first })
    }

    /// Whether findings that were made before are what would be found now, and the correlations are where they shall be.
    ///
    /// - Throws: `StorageError`.
    public func isCurrent(_ header: GroupFindings.Header) throws -> Bool {
        guard header.matrices == place, header.origin == (try origin(ofGroup: header.group)) else { return false }
        return plan.blocks(ofGroup: header.group, in: layout).allSatisfy { matrices?.has($0, in: layout) ?? true }
    }

    /// The findings of a group; its correlations are written meanwhile.
    ///
    /// - Throws: `PipelineError.stopped`; errors of the store, the analysis and the disk.
    public func findings(ofGroup group: Int) throws -> GroupFindings {
        let stop = context.stop
        let check: @Sendable () throws -> Void = { try stop.check() }
        try check()
        let blocks = plan.blocks(ofGroup: group, in: layout)
        let isFeatures = layout.groups[group].source == FeatureBank.sourceID
        let universality = try analyses.first { $0.groups.contains(group) }.map { analysis in
            try analysis.summary(ofGroup: group, team: ThreadTeam(count: threads(forGroup: group, of: analysis)), check: check)
        }
        let isCompared = domains.first?.analysis.groups.contains(group) ?? false
        let domains: [DomainPart?] = try isCompared ? domains.map { try part(ofGroup: group, $0, blocks: blocks, check: check) } : []
        let explanations =
            try isFeatures ? features.map { try RunExplanations(statistics, bank: $0.columns, team: context.team, check: check) } : nil
        return GroupFindings(
            header: .init(
                group: group, origin: try origin(ofGroup: group),
                digests: try statistics.snapshot.digests(
                    of: blocks, strata: plan.numbers.corpus.strata, team: context.team, progress: check),
                spread: try blocks.first(where: \.isWithin).map(statistics.spread), matrices: place),
            universality: universality, domains: domains, explanations: explanations?.reference,
            otherExplanations: explanations?.others ?? [])
    }

    /// What a group says about a domain; nil where none of its tokens is counted.
    private func part(
        ofGroup group: Int, _ domain: (statistics: StoredStatistics, analysis: UniversalityAnalysis), blocks: [Block],
        check: @escaping @Sendable () throws -> Void
    ) throws -> DomainPart? {
        let (statistics, analysis) = domain
        guard try statistics.hasTokens(of: blocks) else { return nil }
        return DomainPart(
            try analysis.summary(ofGroup: group, team: ThreadTeam(count: threads(forGroup: group, of: analysis)), check: check))
    }

    /// As many threads as the memory is enough for.
    private func threads(forGroup group: Int, of analysis: UniversalityAnalysis) -> Int {
        guard let memory = context.memory else { return context.team.count }
        return (1...context.team.count).last { analysis.memory.bytes(ofGroup: group, threads: $0) <= memory } ?? 1
    }
}
