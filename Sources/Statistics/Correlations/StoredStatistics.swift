import Storage

/// The statistics of a store, as the analysis sees them: correlations by algebra on exact sums.
public struct StoredStatistics: BlockStatistics {
    /// What lies in the store.
    public let snapshot: StoreSnapshot
    /// The provisional means and scales, which are undone here.
    public let calibration: Calibration
    /// How many replicates the plan has.
    public let replicates: Int
    /// How many domains divide each replicate; 1 where strata are replicates alone.
    public let domains: Int
    /// Those of them that are taken.
    private var taken: Range<Int>

    /// The statistics of a snapshot, whose strata are replicates times domains.
    public init(snapshot: StoreSnapshot, calibration: Calibration, replicates: Int, domains: Int) {
        self.snapshot = snapshot
        self.calibration = calibration
        self.replicates = replicates
        self.domains = domains
        taken = 0..<domains
    }

    /// The statistics of one domain's tokens alone.
    ///
    /// - Precondition: there is such a domain.
    public func restricted(toDomain domain: Int) -> StoredStatistics {
        precondition((0..<domains).contains(domain), "a domain that the strata do not have")
        var restricted = self
        restricted.taken = domain..<domain + 1
        return restricted
    }

    public var layout: StatisticsLayout { snapshot.shape.layout }

    public func tokens(of block: Block, over replicates: ReplicateSet) throws -> Int {
        inputs(of: block, over: replicates).reduce(0) { $0 + $1.entry.tokens }
    }

    /// Whether any of some blocks has tokens.
    public func hasTokens(of blocks: [Block]) throws -> Bool {
        try blocks.contains { try tokens(of: $0, over: .all(replicates)) > 0 }
    }

    public func moments(of block: Block, over replicates: ReplicateSet) throws -> (rows: ColumnMoments, columns: ColumnMoments) {
        let sums = try standardised(block, over: replicates)
        return (
            sums.rows.moments(undoing: calibration.groups[block.rows]), sums.columns.moments(undoing: calibration.groups[block.columns])
        )
    }

    public func correlations(of block: Block, over replicates: ReplicateSet, into correlations: UnsafeMutablePointer<Float>) throws {
        try write(block, over: replicates, into: correlations)
    }

    /// Writes the same correlations without rounding them to float32, `[rows, columns]`, row-major.
    ///
    /// - Throws: `StatisticsError`.
    public func exactCorrelations(
        of block: Block, over replicates: ReplicateSet, into correlations: UnsafeMutablePointer<Double>
    ) throws {
        try write(block, over: replicates, into: correlations)
    }

    /// Always inlined, so that each of the two has a loop of its own.
    @inline(__always)
    private func write<Number: BinaryFloatingPoint>(
        _ block: Block, over replicates: ReplicateSet, into correlations: UnsafeMutablePointer<Number>
    ) throws {
        precondition(candidates(of: block) == nil, "a block with candidates alone has no correlations of all pairs")
        let inputs = inputs(of: block, over: replicates)
        let sums = try standardised(block, over: replicates)
        let tiling = snapshot.shape.tiling(of: block.index)
        let perToken = snapshot.shape.settings.resolution / Double(max(sums.rows.tokens, 1))
        let (rowMeans, rowFactors) = (sums.rows.means, sums.rows.inverseDeviations)
        let (columnMeans, columnFactors) = (sums.columns.means, sums.columns.inverseDeviations)
        var entries: [Int64] = []
        for (index, tile) in tiling.tiles.enumerated() {
            entries = Array(repeating: 0, count: tile.count)
            try entries.withUnsafeMutableBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                for input in inputs { try input.reader.addTile(index, of: input.entry, shape: tile, in: layout, to: base) }
            }
            let (top, left, width) = (tile.rows.lowerBound, tile.columns.lowerBound, tile.columns.count)
            entries.withUnsafeBufferPointer { entries in
                columnMeans.withUnsafeBufferPointer { columnMeans in
                    columnFactors.withUnsafeBufferPointer { columnFactors in
                        for row in 0..<tile.rows.count {
                            let (mean, factor) = (rowMeans[top + row], rowFactors[top + row])
                            let target = correlations + (top + row) * tiling.columns + left
                            for column in 0..<width {
                                let covariance = Double(entries[row * width + column]) * perToken - mean * columnMeans[left + column]
                                let correlation = covariance * factor * columnFactors[left + column]
                                target[column] = Number(min(max(correlation, -1), 1))
                            }
                        }
                    }
                }
            }
        }
        if block.isWithin { Self.mirror(correlations, size: tiling.rows) }
    }

    /// Copies the triangle above the diagonal below it, and makes the diagonal what it is by definition.
    @inline(__always)
    private static func mirror<Number: BinaryFloatingPoint>(_ correlations: UnsafeMutablePointer<Number>, size: Int) {
        for row in 0..<size {
            for column in 0..<row { correlations[row * size + column] = correlations[column * size + row] }
            if correlations[row * size + row] != 0 { correlations[row * size + row] = 1 }
        }
    }

    /// The files' sections that make up a block over a set of replicates.
    func inputs(of block: Block, over replicates: ReplicateSet) -> [SectionMerge.Input] {
        replicates.members.flatMap { replicate in
            taken.flatMap { domain in
                let key = SectionKey(kind: .block, index: block.index, stratum: replicate * domains + domain)
                return snapshot.merges[key]?.chosen ?? []
            }
        }
    }

    /// The moments of a block's standardised columns over a set of replicates.
    func standardised(_ block: Block, over replicates: ReplicateSet) throws -> (rows: StandardisedSums, columns: StandardisedSums) {
        let shape = snapshot.shape
        var rows = PowerSums(columns: layout.groups[block.rows].columns)
        var columns = PowerSums(columns: layout.groups[block.columns].columns)
        var (tokens, chunks) = (0, 0)
        for input in inputs(of: block, over: replicates) {
            let sums = try input.reader.readPowerSums(input.entry, shape: shape)
            rows.add(sums.rows)
            columns.add(sums.columns)
            tokens += input.entry.tokens
            chunks += input.entry.chunks
            guard chunks < PowerSums.largestChunkCount, tokens < PowerSums.largestTokenCount else {
                throw StatisticsError.tooManyChunks(block: layout.name(of: block), chunks: chunks, tokens: tokens)
            }
        }
        return (
            StandardisedSums(sums: rows, tokens: tokens, chunks: chunks), StandardisedSums(sums: columns, tokens: tokens, chunks: chunks)
        )
    }
}
