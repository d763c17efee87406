import Kernels

/// Computes how the columns of some layers of one source vary together over the first rows of a draw, in float64.
///
/// Unlike the sums of a run these are no integers that merge: they are taken once, by one process, and what follows from them is kept. Their
/// bits depend on the kernel family alone: each tile adds the same stretches of tokens in the same order, whatever the threads.
public struct CovariancePass {
    /// The columns of the source, in a layout of their own or a run's.
    public let layout: StatisticsLayout
    /// The source.
    public let source: any ActivationSource
    /// For each token id whether it counts, `[vocabulary]`.
    public let isCounted: [Bool]
    /// How many counted tokens are looked at, at most.
    public let tokens: Int
    /// Threads.
    public let team: ThreadTeam

    /// Columns of a tile, and tokens of a product: as float64 two factors of that size are 4 MB, which a core's caches hold in part.
    private static let edge = 512, depth = 512

    /// A pass of one source over at most `tokens` counted tokens.
    public init(layout: StatisticsLayout, source: any ActivationSource, isCounted: [Bool], tokens: Int, team: ThreadTeam) {
        self.layout = layout
        self.source = source
        self.isCounted = isCounted
        self.tokens = tokens
        self.team = team
    }

    /// Bytes that the covariances of a layer take, with its columns of a chunk.
    public static func bytes(columns: Int, context: Int) -> Int { columns * (8 * columns + 4 * (chunk + context)) }

    /// As in the chunks of a run: only memory depends on it.
    private static let chunk = 4_096

    /// Computes covariances over the first counted tokens of some rows, in the population form.
    ///
    /// - Parameters:
    ///   - groups: the layout's groups that are wanted, all of the source, ascending.
    ///   - rows: the beginning of the draw; rows past the last counted token that is needed are not computed.
    /// - Returns: for each group `[columns, columns]`, of which the lower triangle (column ≤ row) is filled, and how many tokens were looked at.
    /// - Throws: `StatisticsError.activationNotFinite`, or what the source throws.
    public func covariances(of groups: [Int], over rows: ShardRows) throws -> (covariances: [DoubleBuffer], tokens: Int) {
        let widths = groups.map { layout.groups[$0].columns }
        let products = widths.map { DoubleBuffer(count: $0 * $0) }
        let sums = widths.map { DoubleBuffer(count: $0) }
        var power = widths.map { PowerSums(columns: $0) }
        let tiles = groups.indices.flatMap { place in Tile.lower(of: widths[place], place: place, edge: Self.edge) }
        let scratch = (0..<team.count).map { _ in DoubleBuffer(count: 2 * Self.edge * Self.depth) }
        var counted = 0
        let stream = try ChunkStream(
            layout: layout, sources: [source], groups: groups, isCounted: isCounted, chunk: Self.chunk, calibration: .identity(layout),
            team: team)
        try stream.forEachChunk(of: rows, examples: nil, atMost: tokens) { chunk in
            // They say which value is not finite, if one is.
            try chunk.addPowerSums(to: &power) { place, first in
                for column in 0..<widths[place] { sums[place].pointer[column] += first[column] }
            }
            let values = UncheckedSendable(groups.map { chunk.values[$0] })
            let tokens = chunk.tokens
            try team.forEach(tiles.count) { item, thread in
                let tile = tiles[item]
                guard let values = values.value[tile.place] else { return }
                tile.add(
                    values, tokens: tokens, width: widths[tile.place], depth: Self.depth, scratch: scratch[thread].pointer,
                    to: products[tile.place].pointer)
            }
            counted += tokens
        }
        for (place, product) in products.enumerated() where counted > 0 {
            let (width, count) = (widths[place], Double(counted))
            let sum = sums[place].pointer
            for row in 0..<width {
                for column in 0...row {
                    let entry = product.pointer + row * width + column
                    entry.pointee = entry.pointee / count - sum[row] / count * (sum[column] / count)
                }
            }
        }
        return (products, counted)
    }

    /// A tile on or below the diagonal of one group's products.
    private struct Tile: Sendable {
        /// The group's place.
        let place: Int
        let rows, columns: Range<Int>

        static func lower(of width: Int, place: Int, edge: Int) -> [Tile] {
            let parts = stride(from: 0, to: width, by: edge).map { $0..<min($0 + edge, width) }
            return parts.indices.flatMap { row in parts[...row].map { Tile(place: place, rows: parts[row], columns: $0) } }
        }

        /// Adds the products of a chunk's columns, `[tokens, width]`, to `[width, width]`.
        ///
        /// - Parameter scratch: both factors, at most `[depth, edge]` each.
        func add(
            _ values: UnsafePointer<Float>, tokens: Int, width: Int, depth: Int, scratch: UnsafeMutablePointer<Double>,
            to products: UnsafeMutablePointer<Double>
        ) {
            let right = scratch + depth * rows.count
            for start in stride(from: 0, to: tokens, by: depth) {
                let count = min(depth, tokens - start)
                for token in 0..<count {
                    let line = values + (start + token) * width
                    for (place, column) in rows.enumerated() { scratch[token * rows.count + place] = Double(line[column]) }
                    for (place, column) in columns.enumerated() { right[token * columns.count + place] = Double(line[column]) }
                }
                Gemm.multiply(
                    rows.count, columns.count, count, UnsafePointer(scratch), lda: rows.count, transposeA: true, UnsafePointer(right),
                    ldb: columns.count, into: products + rows.lowerBound * width + columns.lowerBound, ldc: width, accumulate: true)
            }
        }
    }
}
