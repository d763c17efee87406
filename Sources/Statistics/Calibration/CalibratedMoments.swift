/// Means and deviations of the raw activations of one column group, from which its calibration follows.
struct CalibratedMoments {
    /// Means, `[columns]`, in activation units.
    let mean: [Double]
    /// Population deviations, `[columns]`; 0 for a column that did not vary.
    let deviation: [Double]

    /// Deviations that the quantum of `PowerSums`, 2^-32 for a chunk's Σx², resolves well: 2^-16, which is a whole unit a token.
    private static let resolved = 0x1p-16
    /// A variance that is a smaller share of the mean square is rounding, that of a sum in float64 and of float32 activations: the column is
    /// constant.
    private static let constantShare = 0x1p-36

    /// The moments by the fixed point of the power sums, but of a layer that is too quiet for that by float64.
    ///
    /// - Parameters:
    ///   - exact: Σx and Σx² as the statistics keep them.
    ///   - float: the same as float64; nil to do without.
    init(exact: PowerSums, float: RawSums?, tokens: Int) {
        let fixed = CalibratedMoments(exact, tokens: tokens)
        guard let float, fixed.median == 0 else {
            self = fixed
            return
        }
        let exactly = CalibratedMoments(float, tokens: tokens)
        let largest = exactly.deviation.max() ?? 0
        self = largest > 0 && largest < Self.resolved ? exactly : fixed
    }

    private init(_ sums: PowerSums, tokens: Int) {
        let (quantum, n) = (0x1p-32, Double(max(tokens, 1)))
        let mean = sums.first.map { Double($0) * quantum / n }
        self.mean = mean
        deviation = sums.second.indices.map { column in
            max(Double(sums.second[column]) * quantum / n - mean[column] * mean[column], 0).squareRoot()
        }
    }

    private init(_ sums: RawSums, tokens: Int) {
        let n = Double(max(tokens, 1))
        let mean = sums.first.map { $0 / n }
        self.mean = mean
        deviation = sums.second.indices.map { column in
            let square = sums.second[column] / n
            let variance = square - mean[column] * mean[column]
            return variance > Self.constantShare * square ? variance.squareRoot() : 0
        }
    }

    private var median: Double { deviation.isEmpty ? 0 : deviation.sorted()[deviation.count / 2] }

    /// The least scale of a neuron: a share of the median deviation of its layer.
    var floor: Double {
        guard !deviation.isEmpty else { return 1 }
        let floor = Calibration.neuronFloor * median
        if floor > 0 { return max(floor, Calibration.leastScale) }
        // A layer of which more than half is silent has no median deviation to go by; the neurons that speak have.
        let live = deviation.filter { $0 > 0 }.sorted()
        guard let largest = live.last else { return Calibration.neuronFloor }
        return max(Calibration.neuronFloor * live[live.count / 2], Calibration.loudFloor * largest, Calibration.leastScale)
    }
}
