import Storage

/// The checksum of a block's integers, taken tile by tile: token and chunk counts, power sums, then the entries.
struct BlockDigest {
    private var builder = DigestBuilder()

    /// Takes all but the tiles.
    init(block: Int, stratum: Int, tokens: Int, chunks: Int, rows: PowerSums, columns: PowerSums, beyond: Int) {
        for number in [block, stratum, tokens, chunks] { builder.update(number) }
        for sums in [rows, columns] { sums.forEachRun { builder.update($0) } }
        // Nothing where nothing is: so these sums have the checksum that they had before anything was rounded.
        if beyond > 0 { builder.update(beyond) }
    }

    /// Takes the next tile: its entries, little-endian and row-major.
    mutating func add(_ entries: UnsafeRawBufferPointer, width: IntegerWidth) {
        withUnsafeBytes(of: width.rawValue) { builder.update($0) }
        builder.update(entries)
    }

    /// The digest of all that was taken.
    func finalize() -> Digest { builder.finalize() }
}
