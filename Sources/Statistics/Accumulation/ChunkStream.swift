import CKernels
import Kernels

/// Runs sources over rows and hands out their standardised columns in chunks of a fixed number of counted tokens.
///
/// Threads take (row, source) pairs; a row's counted tokens go to places that are known beforehand, so the chunks do not depend on threads.
/// Memory: for each wanted group `[chunk + context, columns]` float32, and a workspace for each thread and source.
final class ChunkStream {
    private let layout: StatisticsLayout
    private let sources: [any ActivationSource]
    private let groups: [Int]
    private let isCounted: [Bool]
    private let chunk: Int
    private let team: ThreadTeam
    /// For each source: the layout's group of each of its layers, up to the highest that is wanted (nil where not wanted).
    private let wanted: [[Int?]]
    private let means: [Int: [Float]]
    private let inverseScales: [Int: [Float]]

    /// - Parameters:
    ///   - sources: those that have wanted groups are run, each up to its highest wanted layer.
    ///   - groups: the layout's groups that are wanted, ascending.
    ///   - isCounted: for each token id whether it counts, `[vocabulary]`.
    ///   - chunk: counted tokens of a chunk.
    /// - Throws: `StatisticsError.sourceMismatch`.
    init(
        layout: StatisticsLayout, sources: [any ActivationSource], groups: [Int], isCounted: [Bool], chunk: Int, calibration: Calibration,
        team: ThreadTeam
    ) throws {
        self.layout = layout
        self.groups = groups
        self.isCounted = isCounted
        self.chunk = chunk
        self.team = team
        let chosen = Set(groups)
        var running: [any ActivationSource] = []
        var wanted: [[Int?]] = []
        for source in sources {
            let all = layout.groups(of: source.id)
            guard let last = all.lastIndex(where: chosen.contains) else { continue }
            let (expected, found) = (all.map { layout.groups[$0].columns }, source.columnGroups.map(\.columns))
            guard expected == found else {
                throw StatisticsError.sourceMismatch(
                    source: source.id, expected: expected.reduce(0, +), found: found.reduce(0, +))
            }
            running.append(source)
            wanted.append(all[...last].map { chosen.contains($0) ? $0 : nil })
        }
        self.sources = running
        self.wanted = wanted
        means = Dictionary(uniqueKeysWithValues: groups.map { ($0, calibration.groups[$0].mean) })
        inverseScales = Dictionary(uniqueKeysWithValues: groups.map { ($0, calibration.groups[$0].inverseScale) })
    }

    /// Computes the rows and calls `body` with each chunk in order; only the last one may be shorter than `chunk`.
    ///
    /// - Parameters:
    ///   - examples: collects counts above zero, the strongest examples and the tokens of highest activation from the raw activations.
    ///   - moments: collects the moments of pre-activations, of all tokens of all rows.
    ///   - limit: the number of counted tokens after which to stop, or nil for all.
    func forEachChunk(
        of rows: ShardRows, examples: RawActivationCollector?, moments: MomentCollector? = nil, atMost limit: Int? = nil,
        _ body: (Chunk) throws -> Void
    ) throws {
        let capacity = chunk + rows.context
        let buffers = Dictionary(
            uniqueKeysWithValues: groups.map { group in
                let count = max(capacity * layout.groups[group].columns, 1)
                let memory = LargeBlocks.allocate(byteCount: count * MemoryLayout<Float>.stride)
                return (group, memory.bindMemory(to: Float.self, capacity: count))
            })
        defer { for buffer in buffers.values { UnsafeMutableRawPointer(buffer).deallocate() } }
        let workspaces = WorkspacePool(threads: team.count, sources: sources, context: rows.context)
        var filled = 0
        var rowOfToken: [Int32] = []
        var positionOfToken: [Int32] = []
        var next = 0
        var remaining = limit ?? Int.max
        while next < rows.count, remaining > 0 {
            // As many rows as it takes to fill a chunk.
            var batch: [RowPlacement] = []
            while next < rows.count, filled < min(chunk, remaining) {
                let placement = RowPlacement(row: next, of: rows, isCounted: isCounted, offset: filled)
                rowOfToken.append(
                    contentsOf: repeatElement(Int32(truncatingIfNeeded: rows.indices[next]), count: placement.positions.count))
                positionOfToken.append(contentsOf: placement.positions)
                filled += placement.positions.count
                batch.append(placement)
                next += 1
            }
            try compute(batch, of: rows, into: buffers, workspaces: workspaces, examples: examples, moments: moments)
            while filled >= min(chunk, remaining) || (next == rows.count && filled > 0), remaining > 0 {
                let tokens = min(chunk, filled, remaining)
                try body(
                    Chunk(
                        tokens: tokens, groups: groups, values: buffers.mapValues { UnsafePointer($0) }, rows: rowOfToken[..<tokens],
                        positions: positionOfToken[..<tokens], layout: layout, team: team))
                filled -= tokens
                remaining -= tokens
                rowOfToken.removeFirst(tokens)
                positionOfToken.removeFirst(tokens)
                for (group, buffer) in buffers {
                    let columns = layout.groups[group].columns
                    buffer.update(from: buffer + tokens * columns, count: filled * columns)
                }
            }
        }
    }

    /// Runs every source over a batch of rows.
    private func compute(
        _ batch: [RowPlacement], of rows: ShardRows, into buffers: [Int: UnsafeMutablePointer<Float>], workspaces: WorkspacePool,
        examples: RawActivationCollector?, moments: MomentCollector?
    ) throws {
        let shared = UncheckedSendable((stream: self, buffers: buffers, workspaces: workspaces, examples: examples, moments: moments))
        try team.forEach(batch.count * sources.count) { item, thread in
            let (stream, buffers, workspaces, examples, moments) = shared.value
            let placement = batch[item / stream.sources.count]
            let source = item % stream.sources.count
            let workspace = try workspaces.workspace(thread: thread, source: source)
            try rows.withRow(placement.row) { row in
                let (model, wanted) = (stream.sources[source], stream.wanted[source])
                func deliver(_ layer: Int, _ values: UnsafePointer<Float>) {
                    guard layer < wanted.count, let group = wanted[layer] else { return }
                    stream.store(values, of: group, at: placement, into: buffers)
                    examples?.collect(values, group: group, row: row, positions: placement.positions, thread: thread)
                }
                let last = wanted.count - 1
                if let moments, wanted.contains(where: { $0.map(moments.keeps) ?? false }) {
                    let observe: PreActivationObserver = { band in
                        guard band.layer < wanted.count, let group = wanted[band.layer] else { return }
                        moments.observe(band, group: group, thread: thread)
                    }
                    try model.activations(of: row, through: last, workspace: workspace, observe: observe, deliver: deliver)
                } else {
                    try model.activations(of: row, through: last, workspace: workspace, deliver: deliver)
                }
            }
        }
    }

    /// Standardises the counted rows of one layer's activations into its buffer.
    private func store(
        _ values: UnsafePointer<Float>, of group: Int, at placement: RowPlacement, into buffers: [Int: UnsafeMutablePointer<Float>]
    ) {
        guard let buffer = buffers[group], let mean = means[group], let inverse = inverseScales[group] else {
            preconditionFailure("a wanted column group has no buffer")
        }
        let columns = layout.groups[group].columns
        un_standardise_gather(
            values, columns, placement.positions, placement.positions.count, mean, inverse, buffer + placement.offset * columns, columns,
            columns)
    }
}
