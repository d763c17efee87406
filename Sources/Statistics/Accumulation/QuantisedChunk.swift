import CKernels
import Diagnostics
import Kernels

/// One chunk's standardised values, rounded at random to integers of 7 or 8 bits: up with the probability of the fraction, so that the mean
/// of an integer is the value.
///
/// What decides a rounding is the token's place in the corpus and the column's in the run, so an integer does not depend on chunks, shards,
/// threads or blocks, and the roundings of two columns know nothing of each other: the mean of their product is the product of the values.
/// Values beyond the largest integer are kept aside as what they lack, and nothing is lost.
final class QuantisedChunk {
    /// Part of every rounding; another number would give other integers of the same meaning.
    private static let seed: UInt64 = 0x7175_616E_7469_7365
    /// Tokens that one item of work rounds.
    private static let strip = 1_024

    private let layout: StatisticsLayout
    private let groups: [Int]
    private let bits: QuantisedBits
    /// For each group its first column's index among all columns of the run.
    private let firstColumns: [Int: UInt32]
    private let team: ThreadTeam
    /// How far the tokens of one column are from those of the next.
    let leading: Int
    /// The integers, `[columns, leading]`; indexed by the layout's group.
    private let buffers: [Int: UnsafeMutablePointer<Int8>]
    /// What values lack, by column and then token; indexed by the layout's group.
    private var lacking: [Int: [un_beyond]] = [:]
    /// Tokens of the chunk that was taken last.
    private(set) var tokens = 0

    /// - Parameters:
    ///   - groups: the layout's groups that chunks have.
    ///   - chunk: tokens of the longest chunk.
    init(layout: StatisticsLayout, groups: [Int], chunk: Int, bits: QuantisedBits, team: ThreadTeam) {
        self.layout = layout
        self.groups = groups
        self.bits = bits
        self.team = team
        leading = (chunk + 63) / 64 * 64
        var firstColumns: [Int: UInt32] = [:]
        var column = 0
        for (group, named) in layout.groups.enumerated() {
            firstColumns[group] = UInt32(truncatingIfNeeded: column)
            column += named.columns
        }
        self.firstColumns = firstColumns
        let leading = leading
        buffers = Dictionary(
            uniqueKeysWithValues: groups.map { group in
                let count = max(layout.groups[group].columns * leading, 1)
                return (group, LargeBlocks.allocate(byteCount: count).bindMemory(to: Int8.self, capacity: count))
            })
    }

    deinit { for buffer in buffers.values { UnsafeMutableRawPointer(buffer).deallocate() } }

    /// How many values of a group were beyond the largest integer in the chunk that was taken last.
    func beyond(of group: Int) -> Int { lacking[group]?.count ?? 0 }

    /// Rounds the values of a chunk, all of which are finite.
    func take(_ chunk: Chunk) throws {
        tokens = chunk.tokens
        let keys = zip(chunk.rows, chunk.positions).map { row, position in
            let place = UInt64(UInt32(bitPattern: row)) << 32 | UInt64(UInt32(bitPattern: position))
            return SplitMix64.mix(Self.seed &+ place &* SplitMix64.increment)
        }
        let starts = Array(stride(from: 0, to: tokens, by: Self.strip))
        let shared = UncheckedSendable((chunk: chunk, quantised: self))
        let found = try team.map(groups.count * starts.count) { item, _ in
            let (chunk, quantised) = shared.value
            let start = starts[item % starts.count]
            return quantised.round(
                quantised.groups[item / starts.count], of: chunk, tokens: start..<min(start + Self.strip, chunk.tokens), keys: keys)
        }
        for (place, group) in groups.enumerated() {
            lacking[group] = found[place * starts.count..<(place + 1) * starts.count].joined()
                .sorted { ($0.column, $0.row) < ($1.column, $1.row) }
        }
    }

    /// Rounds some tokens of a group, and says what values beyond the largest integer lack.
    private func round(_ group: Int, of chunk: Chunk, tokens: Range<Int>, keys: [UInt64]) -> [un_beyond] {
        guard let z = chunk.values[group], let buffer = buffers[group], let first = firstColumns[group] else {
            preconditionFailure("the chunk lacks a column group that is to be rounded")
        }
        let columns = layout.groups[group].columns
        var beyond: [un_beyond] = []
        var (capacity, count) = (64, 0)
        repeat {
            // Once more where there is more beyond than there was room for: the roundings are the same.
            capacity = max(capacity, count)
            beyond = Array(unsafeUninitializedCapacity: capacity) { room, initialized in
                keys.withUnsafeBufferPointer { keys in
                    guard let keys = keys.baseAddress else { return }
                    count = un_quantise(
                        z + tokens.lowerBound * columns, columns, tokens.count, columns, keys + tokens.lowerBound, first,
                        Int32(bits.limit), buffer + tokens.lowerBound, leading, room.baseAddress, capacity)
                }
                initialized = min(count, capacity)
            }
        } while count > capacity
        for index in beyond.indices { beyond[index].row += Int32(truncatingIfNeeded: tokens.lowerBound) }
        return beyond
    }

    // MARK: - Products

    /// Adds the products of two ranges of columns over the chunk's tokens to a tile's sums, `[rows, columns]`.
    ///
    /// The caller has a certificate that the tile's width holds the sums; what is added in between may wrap around, and wraps back.
    ///
    /// - Parameter scratch: as many 32-bit integers as the tile has entries.
    /// - Throws: `KernelsError.productFailed`.
    func addProducts(of tile: Tiling.Tile, in block: Block, to sums: TileSums, scratch: UnsafeMutableRawPointer) throws {
        guard let rows = buffers[block.rows], let columns = buffers[block.columns] else {
            preconditionFailure("the chunk lacks a column group of its block")
        }
        let (m, n) = (tile.rows.count, tile.columns.count)
        let a = rows + tile.rows.lowerBound * leading
        let b = columns + tile.columns.lowerBound * leading
        for start in stride(from: 0, to: tokens, by: Int8Gemm.longest) {
            let count = min(Int8Gemm.longest, tokens - start)
            switch sums.width {
            case .int32:
                try Int8Gemm.multiply(
                    m, n, count, a + start, lda: leading, b + start, ldb: leading, into: sums.int32, ldc: n, accumulate: true)
            case .int64:
                let product = scratch.bindMemory(to: Int32.self, capacity: m * n)
                try Int8Gemm.multiply(m, n, count, a + start, lda: leading, b + start, ldb: leading, into: product, ldc: n)
                let target = sums.int64
                for index in 0..<m * n { target[index] &+= Int64(product[index]) }
            }
        }
        let (lackingRows, lackingColumns) = (lacking(block.rows, in: tile.rows), lacking(block.columns, in: tile.columns))
        addLacking(lackingRows, lackingColumns, a: a, b: b, tile: tile, to: sums)
    }

    /// The part of a group's list that is about some columns.
    private func lacking(_ group: Int, in columns: Range<Int>) -> ArraySlice<un_beyond> {
        let list = lacking[group] ?? []
        func place(_ column: Int) -> Int { list.index(afterAll: { Int($0.column) < column }) }
        return list[place(columns.lowerBound)..<place(columns.upperBound)]
    }

    /// With x + d for a value of the rows and y + e for one of the columns, x and y being what the product has: adds d y, x e and d e.
    private func addLacking(
        _ rows: ArraySlice<un_beyond>, _ columns: ArraySlice<un_beyond>, a: UnsafePointer<Int8>, b: UnsafePointer<Int8>,
        tile: Tiling.Tile, to sums: TileSums
    ) {
        let (m, n) = (tile.rows.count, tile.columns.count)
        let (firstRow, firstColumn) = (tile.rows.lowerBound, tile.columns.lowerBound)
        rows.withUnsafeBufferPointer { rows in
            columns.withUnsafeBufferPointer { columns in
                switch sums.width {
                case .int32:
                    un_add_beyond_rows_int32(rows.baseAddress, rows.count, firstRow, b, leading, sums.int32, n, n)
                    un_add_beyond_columns_int32(columns.baseAddress, columns.count, firstColumn, a, leading, sums.int32, n, m)
                case .int64:
                    un_add_beyond_rows_int64(rows.baseAddress, rows.count, firstRow, b, leading, sums.int64, n, n)
                    un_add_beyond_columns_int64(columns.baseAddress, columns.count, firstColumn, a, leading, sums.int64, n, m)
                }
            }
        }
        guard !rows.isEmpty, !columns.isEmpty else { return }
        let columnsOfToken = Dictionary(grouping: columns, by: \.row)
        for row in rows {
            let start = (Int(row.column) - tile.rows.lowerBound) * n
            for column in columnsOfToken[row.row] ?? [] {
                sums.add(row.excess &* column.excess, at: start + Int(column.column) - tile.columns.lowerBound)
            }
        }
    }
}
