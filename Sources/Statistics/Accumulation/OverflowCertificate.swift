/// Proves, before anything is added, how many bits the entries of a tile need.
///
/// By Cauchy-Schwarz an entry's magnitude is at most (1 + 2⁻¹⁰) · √(Σza² · Σzb²) / q + chunks / 2: the factor covers the rounding of a
/// float32 SGEMM over at most 8,192 tokens, the last term the rounding of each chunk to integers. The bound grows with every chunk and
/// depends on nothing but the power sums, so the width of a tile is a function of what it sums and not of how it was summed.
public struct OverflowCertificate: Sendable {
    /// q, the value of one unit.
    let resolution: Double

    /// - Parameter settings: where q comes from.
    public init(_ settings: AccumulationSettings) { resolution = settings.resolution }

    /// The largest magnitude that an entry can have.
    ///
    /// - Parameters:
    ///   - rows: the largest Σz² of the tile's rows.
    ///   - columns: the largest Σz² of the tile's columns.
    ///   - chunks: how many chunks were rounded and added.
    func bound(rows: Double, columns: Double, chunks: Int) -> Double {
        // Each chunk's Σz² was rounded by at most half a quantum.
        let slack = Double(chunks) * 0x1p-33
        return (1 + 0x1p-10) * (((rows + slack) * (columns + slack)).squareRoot() / resolution) + Double(chunks) / 2
    }

    /// The width that a tile's entries are kept in, or nil where 64 bits are not certain to hold them.
    func width(rows: Double, columns: Double, chunks: Int) -> IntegerWidth? {
        let bound = bound(rows: rows, columns: columns, chunks: chunks)
        if bound <= Double(Int32.max) { return .int32 }
        return bound <= 0x1p62 ? .int64 : nil
    }
}
