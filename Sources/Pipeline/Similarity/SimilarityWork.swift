import Analysis
import Kernels
import Statistics
import Storage
import SystemPackage

/// The comparison of layers that ``MeasureSimilarity`` asks for: in batches of as many layers as fit into memory.
struct SimilarityWork: Sendable {
    let measurement: MeasureSimilarity
    let plan: RunPlan
    let statistics: StoredStatistics
    /// What they lack; nil for nothing.
    let incompleteness: Incompleteness?
    let noise: Double
    let lock: FolderLock

    private var layout: StatisticsLayout { statistics.layout }
    private var everything: ReplicateSet { .all(statistics.replicates) }
    private var context: JobContext { measurement.context }

    private func path(of block: Block) -> FilePath {
        measurement.folder.similarityParts.appending("\(layout.name(of: block)).json")
    }

    /// What is known of two layers; nil for nothing, for what belongs to other statistics, and for a file that cannot be read.
    func part(of block: Block) throws -> SimilarityPart? {
        let path = path(of: block)
        guard Folder.holdsFile(path) else { return nil }
        do {
            return try JSONFile.read(SimilarityPart.self, from: path).kept(with: emptyPart(of: block))
        } catch StorageError.corrupt(let path, _, let problem) {
            context.logger.notice("\(path) is left out, and made anew when it is asked for: \(problem)")
            return nil
        }
    }

    private func emptyPart(of block: Block) throws -> SimilarityPart {
        SimilarityPart(
            plan: plan, cutoff: measurement.cutoff, tokens: try statistics.tokens(of: block, over: everything),
            lacking: lacking(in: block))
    }

    /// What two layers are compared by: their own block, and the one of each within itself.
    private func blocks(for block: Block) -> [Block] {
        [block] + [block.rows, block.columns].compactMap { layout.block(rows: $0, columns: $0) }
    }

    /// The shards that each of these lacks; nil where none lacks any.
    private func lacking(in block: Block) -> [[Incompleteness.Span]]? {
        let shards = blocks(for: block).map { incompleteness?.shards(missingIn: $0.index) ?? [] }
        return shards.allSatisfy(\.isEmpty) ? nil : shards
    }

    /// Whether there is anything that two layers could be compared by.
    func hasTokens(_ block: Block) throws -> Bool {
        try blocks(for: block).allSatisfy { try statistics.tokens(of: $0, over: everything) > 0 }
    }

    /// A row of the table.
    func row(of block: Block, _ part: SimilarityPart) throws -> SimilarityTable.Row {
        let (rows, columns) = (layout.groups[block.rows], layout.groups[block.columns])
        return SimilarityTable.Row(
            pair: "\(rows.source)-\(columns.source)", layers: (rows.layer, columns.layer), tokens: part.tokens,
            ranks: (part.rowRank, part.columnRank), isIncomplete: part.isIncomplete, similarity: part.similarity)
    }

    /// Compares the layers of blocks, but those that were compared before.
    func measure(_ blocks: [Block]) throws {
        let lacking = try blocks.filter { block in
            try !measurement.measures.isSubset(of: part(of: block)?.measures ?? [])
        }
        let progress = context.progress
        progress.begin(
            ProgressStage("comparing layers", unit: .blocks, total: blocks.count, completed: blocks.count - lacking.count))
        defer { progress.end() }
        guard let room = try room(for: lacking) else { return }
        var next = 0
        while next < lacking.count {
            var groups: Set<Int> = []
            let first = next
            while next < lacking.count, groups.union([lacking[next].rows, lacking[next].columns]).count <= room.layers {
                groups.formUnion([lacking[next].rows, lacking[next].columns])
                next += 1
            }
            try compare(Array(lacking[first..<next]), groups: groups.sorted(), team: ThreadTeam(count: room.threads))
        }
    }

    private func compare(_ blocks: [Block], groups: [Int], team: ThreadTeam) throws {
        let made = try team.map(groups.count) { place, _ in try geometry(of: groups[place]) }
        let geometries = Dictionary(uniqueKeysWithValues: zip(groups, made))
        try team.forEach(blocks.count) { place, _ in
            let block = blocks[place]
            guard let rows = geometries[block.rows], let columns = geometries[block.columns] else { return }
            try compare(block, rows, columns)
            context.progress.advance(by: 1)
        }
    }

    private func geometry(of group: Int) throws -> LayerGeometry {
        try context.stop.check()
        guard let block = layout.block(rows: group, columns: group) else {
            let name = layout.groups[group].name
            throw AnalysisError.missingBlock(rows: name, columns: name)
        }
        let count = layout.groups[group].columns
        let correlations = DoubleBuffer(count: count * count)
        try statistics.exactCorrelations(of: block, over: everything, into: correlations.pointer)
        let variances = try statistics.moments(of: block, over: everything).rows.variance
        return try LayerGeometry(
            destroying: correlations.pointer, variances: variances, cutoff: measurement.cutoff, noise: noise,
            measures: measurement.measures, check: context.stop.check)
    }

    private func compare(_ block: Block, _ rows: LayerGeometry, _ columns: LayerGeometry) throws {
        let correlations = DoubleBuffer(count: rows.neurons * columns.neurons)
        try context.stop.check()
        try statistics.exactCorrelations(of: block, over: everything, into: correlations.pointer)
        let moments = try statistics.moments(of: block, over: everything)
        let comparison = LayerComparison(
            measures: measurement.measures, areSignsArbitrary: plan.universality.areSignsArbitrary)
        let similarity = try comparison.similarity(
            of: rows, and: columns, correlations: correlations.pointer,
            uncentred: (UncentredColumns(moments.rows), UncentredColumns(moments.columns)), check: context.stop.check)
        var part = try part(of: block) ?? emptyPart(of: block)
        part.add(similarity, by: measurement.measures, rows: rows, columns: columns)
        try lock.check()
        try JSONFile.write(part, to: path(of: block), on: context.files)
    }

    /// How many layers are kept at a time, and how many threads compare them: as many threads as find room beside two layers, then as many
    /// layers as find room beside these threads; nil for no blocks.
    private func room(for blocks: [Block]) throws -> (layers: Int, threads: Int)? {
        guard
            let largest = blocks.max(by: { layout.entries(of: $0) < layout.entries(of: $1) }),
            let widest = blocks.flatMap({ [$0.rows, $0.columns] }).map({ layout.groups[$0].columns }).max()
        else { return nil }
        let layer = LayerGeometry.bytes(neurons: widest)
        let thread = max(LayerComparison.bytes(rows: widest, columns: widest), layer.making)
        let offered = context.memory ?? .max
        guard offered >= 2 * layer.kept + thread else {
            throw PipelineError.memoryTooSmall(offered: offered, needed: 2 * layer.kept + thread, block: layout.name(of: largest))
        }
        let threads = max(1, min(context.team.count, (offered - 2 * layer.kept) / max(1, thread)))
        return (max(2, min(layout.groups.count, (offered - threads * thread) / max(1, layer.kept))), threads)
    }
}
