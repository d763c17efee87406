import Analysis
import Statistics
import Storage
import SystemPackage

/// Measures how alike the layers of a run's models are, from its statistics: `similarity.csv`.
///
/// Two layers are compared at a time by each thread. What was found about them is written at once, as a file below `RUN/similarity`, so
/// that a run that was stopped goes on where it was, and measures, pairs and layers can be added later; the table has all that was found of
/// the plan's statistics. The figures do not depend on threads and memory.
public struct MeasureSimilarity: Sendable {
    /// Which layers of two models are compared.
    public enum Layers: String, CaseIterable, Sendable {
        /// Those of equal depth (``LayerBand``).
        case same
        /// Each with each.
        case all
    }

    /// The run.
    public let folder: RunFolder
    /// The pairs of models, as files of pairs are called; nil for all that the run has compared.
    public let pairs: [String]?
    /// Which of their layers.
    public let layers: Layers
    /// By what.
    public let measures: Set<SimilarityMeasure>
    /// The share of the largest variance of standardised neurons below which a direction counts as none.
    public let cutoff: Double
    /// Whether statistics may be missing: each two layers are then compared over the shards that they have.
    public let isIncomplete: Bool
    /// Threads, memory, progress, a way to be stopped.
    public let context: JobContext

    /// A measurement of a run.
    public init(
        folder: RunFolder, pairs: [String]? = nil, layers: Layers = .same,
        measures: Set<SimilarityMeasure> = Set(SimilarityMeasure.allCases),
        cutoff: Double = LayerGeometry.usualCutoff, isIncomplete: Bool = false, context: JobContext
    ) {
        (self.folder, self.pairs, self.layers, self.measures, self.cutoff) = (folder, pairs, layers, measures, cutoff)
        self.isIncomplete = isIncomplete
        self.context = context
    }

    /// Measures, and writes the table.
    ///
    /// - Returns: all that is known now.
    /// - Throws: `PipelineError.noMatrices` for a screened run, `.noSuchPair`, `.incomplete`, `.partlyElsewhere` and `.analysisElsewhere`
    ///   where statistics are missing, `.memoryTooSmall`, `.stopped`; `StorageError.locked` while another process measures; errors of the
    ///   store and the disk.
    public func run() throws -> SimilarityOutcome {
        let plan = try RunPlan.read(folder.plan)
        guard plan.numbers.screening == nil else { throw PipelineError.noMatrices(folder: folder.path, pilot: folder.pilot.path) }
        let layout = plan.layout
        let blocks = layout.blocks.filter { CorrelationMatrices.name(of: $0, in: layout) != nil }
        let asked = try chosen(of: blocks, in: layout)
        let input = try AnalyzeRun(folder: folder, extent: isIncomplete ? .incomplete : .complete, context: context).input(of: plan)
        guard case .statistics = input.kind else { throw PipelineError.analysisElsewhere(folder: folder.path) }
        let statistics = try plan.statistics(in: input.snapshot, calibrationOf: folder)
        let (noise, lock) = (try noise(of: statistics), try ownParts())
        let work = SimilarityWork(
            measurement: self, plan: plan, statistics: statistics, incompleteness: input.incompleteness, noise: noise, lock: lock)
        try work.measure(try asked.filter(work.hasTokens))
        let found = try blocks.compactMap { block in try work.part(of: block).map { try work.row(of: block, $0) } }
        // Where several models are compared with one, their blocks alternate.
        let rows = names(of: blocks, in: layout).flatMap { name in
            found.filter { $0.pair == name }.sorted { ($0.layers.a, $0.layers.b) < ($1.layers.a, $1.layers.b) }
        }
        try work.lock.check()
        try SimilarityTable(rows).write(to: folder.similarity, on: context.files)
        return SimilarityOutcome(table: folder.similarity, cutoff: cutoff, incomplete: input.incompleteness, rows: rows) { pair in
            let layers = blocks.filter { CorrelationMatrices.name(of: $0, in: layout) == pair }
                .map { (layout.groups[$0.rows].source, layout.groups[$0.columns].source) }
            let (a, b) = layers.first ?? ("", "")
            return (layout.groups(of: a).count, layout.groups(of: b).count)
        }
    }

    /// The blocks that were asked for.
    private func chosen(of blocks: [Block], in layout: StatisticsLayout) throws -> [Block] {
        let names = names(of: blocks, in: layout)
        if let unknown = pairs?.first(where: { !names.contains($0) }) {
            throw PipelineError.noSuchPair(pair: unknown, folder: folder.path, pairs: names)
        }
        return blocks.filter { block in
            let (rows, columns) = (layout.groups[block.rows], layout.groups[block.columns])
            if let pairs, !pairs.contains("\(rows.source)-\(columns.source)") { return false }
            let depths = (layout.groups(of: rows.source).count, layout.groups(of: columns.source).count)
            return layers == .all || LayerBand(0).holds(rows.layer, of: depths.0, columns.layer, of: depths.1)
        }
    }

    /// The names of the pairs of models that were compared.
    private func names(of blocks: [Block], in layout: StatisticsLayout) -> [String] {
        var names: [String] = []
        for block in blocks {
            if let name = CorrelationMatrices.name(of: block, in: layout), !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// The error of a correlation from what was rounded, root mean square.
    private func noise(of statistics: StoredStatistics) throws -> Double {
        guard !measures.isDisjoint(with: [.cca, .regression]) else { return 0 }
        let (resolution, rounding) = (try statistics.resolutionError(), try statistics.roundingError())
        return max(rounding?.typical ?? resolution.typical, 0)
    }

    /// One process measures at a time.
    private func ownParts() throws -> FolderLock {
        try context.files.createFolder(folder.similarityParts)
        let lock = try FolderLock(folder.similarityParts)
        try UnfinishedFiles.remove(in: [folder.similarityParts], on: context.files)
        return lock
    }
}
