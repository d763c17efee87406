import Storage
import SystemPackage

/// The exact sums of one block over some shards of one stratum.
///
/// A block carries its own token count and the power sums of its rows and columns, so a correlation never mixes sets of shards.
public final class BlockSums: @unchecked Sendable {
    /// The block's index in the layout.
    public let block: Int
    /// The stratum that all shards belong to.
    public let stratum: Int
    /// The shards in the sums, ascending.
    public internal(set) var shards: [ShardRecord]
    /// Counted tokens.
    public internal(set) var tokens: Int
    /// Chunks that were rounded into the entries.
    public internal(set) var chunks: Int
    /// No file has as many values beyond the largest integer: 2^50, a million columns a billion times.
    static let largestBeyond = 1 << 50

    /// Values of the block's columns and rows that were beyond the largest integer that activations are rounded to; 0 where they are not
    /// rounded.
    public internal(set) var beyond: Int
    /// Power sums of the block's rows.
    public internal(set) var rows: PowerSums
    /// Power sums of the block's columns; those of the rows again for a within-layer block.
    public internal(set) var columns: PowerSums
    /// The cross-products in the order of the block's tiling.
    public let tiles: [TileSums]

    init(
        block: Int, stratum: Int, shards: [ShardRecord], tokens: Int, chunks: Int, beyond: Int = 0, rows: PowerSums, columns: PowerSums,
        tiles: [TileSums]
    ) {
        self.beyond = beyond
        self.block = block
        self.stratum = stratum
        self.shards = shards
        self.tokens = tokens
        self.chunks = chunks
        self.rows = rows
        self.columns = columns
        self.tiles = tiles
    }

    /// Sums over nothing.
    public convenience init(block: Int, stratum: Int, tiling: Tiling) {
        self.init(
            block: block, stratum: stratum, shards: [], tokens: 0, chunks: 0, rows: PowerSums(columns: tiling.rows),
            columns: PowerSums(columns: tiling.columns), tiles: tiling.tiles.map { TileSums(count: $0.count) })
    }

    /// Adds sums over other shards; tiles that 32 bits are no longer certain to hold become 64 bits wide.
    ///
    /// - Parameters:
    ///   - file: where the other sums were read, for the message.
    ///   - name: the block's name, for the message.
    /// - Throws: `StatisticsError.productsTooLarge`, `.tooManyChunks`, `.malformed` when the other tiles are wider than their sums ask for.
    public func add(
        _ other: BlockSums, tiling: Tiling, settings: AccumulationSettings, from file: FilePath, name: @autoclosure () -> String
    ) throws {
        precondition(other.block == block && other.stratum == stratum && other.tiles.count == tiles.count)
        guard chunks + other.chunks < PowerSums.largestChunkCount, tokens + other.tokens < PowerSums.largestTokenCount else {
            throw StatisticsError.tooManyChunks(block: name(), chunks: chunks + other.chunks, tokens: tokens + other.tokens)
        }
        rows.add(other.rows)
        columns.add(other.columns)
        tokens += other.tokens
        chunks += other.chunks
        // Files that contradict themselves may sum up to anything.
        beyond &+= other.beyond
        let certificate = OverflowCertificate(settings)
        let rowSquares = rows.largestSquares(tile: settings.tile)
        let columnSquares = columns.largestSquares(tile: settings.tile)
        for (index, tile) in tiling.tiles.enumerated() {
            let (row, column) = (rowSquares[tile.rowStrip], columnSquares[tile.columnStrip])
            guard let width = certificate.width(rows: row, columns: column, chunks: chunks, tokens: tokens) else {
                throw StatisticsError.productsTooLarge(
                    block: name(), bound: certificate.bound(rows: row, columns: column, chunks: chunks, tokens: tokens))
            }
            if width == .int64 { tiles[index].widen() }
            // The bound of the sum is at least that of each summand, so only a file that contradicts itself gets here.
            guard tiles[index].width == .int64 || other.tiles[index].width == .int32 else {
                throw StatisticsError.malformed(file: file, section: name(), reason: "tile \(index) is wider than its power sums ask for")
            }
            tiles[index].add(other.tiles[index])
        }
        shards = (shards + other.shards).sorted { $0.shard < $1.shard }
    }

    /// The checksum of the integers: token and chunk counts, power sums and entries. It does not depend on how they are stored.
    public var digest: Digest {
        var digest = BlockDigest(
            block: block, stratum: stratum, tokens: tokens, chunks: chunks, rows: rows, columns: columns, beyond: beyond)
        for tile in tiles { digest.add(tile.bytes, width: tile.width) }
        return digest.finalize()
    }
}

extension PowerSums {
    /// Calls `body` with the bytes of each run of sums, in a fixed order.
    func forEachRun(_ body: (UnsafeRawBufferPointer) -> Void) {
        for run in [first, second, third, fourth] { run.withUnsafeBytes(body) }
        positive.withUnsafeBytes(body)
    }
}
