/// Proves, before anything is added, how many bits the entries of a tile need.
///
/// By Cauchy-Schwarz an entry's magnitude is at most (1 + 2⁻¹⁰) · √(Σza² · Σzb²) / q + chunks / 2: the factor covers the rounding of a
/// float32 SGEMM over the tokens of a chunk, each of which adds at most 2⁻²⁴, and as much again for safety (above 8,192 tokens it is
/// 1 + 2⁻²³ · chunk), the last term the rounding of each chunk to integers. The bound grows with every chunk and
/// depends on nothing but the power sums, so the width of a tile is a function of what it sums and not of how it was summed.
///
/// Of activations that are rounded to integers each is off by less than 1, so by Minkowski the root of the sum of an integer's squares is at
/// most √Σz² + √n, and a sum of products at most (√Σza² + √n) · (√Σzb² + √n). The same holds for each part of such a sum, and for a single
/// integer. The products themselves are exact.
public struct OverflowCertificate: Sendable {
    /// q, the value of one unit.
    let resolution: Double
    /// What a float32 product over a chunk is at most larger by, as a factor.
    private let rounding: Double
    /// Whether activations are rounded to integers.
    let isQuantised: Bool

    /// - Parameter settings: where q comes from.
    public init(_ settings: AccumulationSettings) {
        resolution = settings.resolution
        rounding = 1 + max(0x1p-10, Double(settings.chunk) * 0x1p-23)
        isQuantised = settings.bits != nil
    }

    /// What the Σz² of a column may reach over all shards of a run: then, whatever the other column and however many chunks and tokens, an
    /// entry stays below 2⁶². Half of that, so that what the roundings add has room.
    var largestSquare: Double { 0x1p61 * resolution }

    /// The largest magnitude that an entry can have.
    ///
    /// - Parameters:
    ///   - rows: the largest Σz² of the tile's rows.
    ///   - columns: the largest Σz² of the tile's columns.
    ///   - chunks: how many chunks were rounded and added.
    ///   - tokens: of these chunks.
    func bound(rows: Double, columns: Double, chunks: Int, tokens: Int) -> Double {
        // Each chunk's Σz² was rounded by at most half a quantum.
        let slack = Double(chunks) * 0x1p-33
        if isQuantised {
            let steps = Double(tokens).squareRoot()
            return (1 + 0x1p-10) * ((rows + slack).squareRoot() + steps) * ((columns + slack).squareRoot() + steps)
        }
        return rounding * (((rows + slack) * (columns + slack)).squareRoot() / resolution) + Double(chunks) / 2
    }

    /// The width that a tile's entries are kept in, or nil where 64 bits are not certain to hold them.
    func width(rows: Double, columns: Double, chunks: Int, tokens: Int) -> IntegerWidth? {
        let bound = bound(rows: rows, columns: columns, chunks: chunks, tokens: tokens)
        if bound <= Double(Int32.max) { return .int32 }
        return bound <= 0x1p62 ? .int64 : nil
    }
}
