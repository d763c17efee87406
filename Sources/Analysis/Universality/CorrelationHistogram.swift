/// The bins of the authors' histograms of correlations.
///
/// 100 edges e_i = −1 + 2 i / 99 make 101 bins: bin b counts e_(b−1) < ρ ≤ e_b, so bin 0 holds ρ = −1 alone, bin 100 what lies above 1
/// (nothing). That is `numpy.searchsorted(numpy.linspace(-1, 1, 100), ρ)`, in float64.
public enum CorrelationHistogram {
    /// How many bins there are.
    public static let bins = 101

    /// The 100 edges, with the bits of `numpy.linspace(-1, 1, 100)`.
    public static let edges: [Double] = (0..<100).map { $0 == 99 ? 1 : Double($0) * (2.0 / 99) - 1 }

    /// The bin of a correlation.
    @inline(__always)
    static func bin(_ correlation: Float, edges: UnsafePointer<Double>) -> Int {
        let value = Double(correlation)
        // The guess is off by one at most; the comparison with the edges decides.
        var bin = min(max(Int((value + 1) * 49.5), 0), 100)
        while bin < 100 && edges[bin] < value { bin += 1 }
        while bin > 0 && edges[bin - 1] >= value { bin -= 1 }
        return bin
    }
}
