import Kernels

extension Calibration {
    /// How much farther than the calibration's largest value the integers reach. Farther, and every rounding is coarser by as much; nearer,
    /// and more values are added one by one. On the demo, with 8 bits: 1.125 leaves 9 · 10⁻⁶ of the values beyond, 1 leaves 6 · 10⁻⁵ and
    /// errors smaller by an eighth, 0.75 leaves 1.5 · 10⁻³ and takes half as long again.
    static let headroom = 1.015625
}

extension Calibration.Group {
    /// For columns that are rounded to integers: a scale is the step, so that the calibration's largest deviation from the mean is below the
    /// largest integer.
    ///
    /// - Parameters:
    ///   - least: the calibration's least values, `[columns]`, in activation units.
    ///   - largest: its largest.
    ///   - floor: the least step, for columns that are silent in the calibration: what it is the least scale of for others.
    public static func steps(mean: [Float], least: [Float], largest: [Float], floor: Double, bits: QuantisedBits) -> Calibration.Group {
        let steps = mean.indices.map { column -> Float in
            let center = Double(mean[column])
            let reach = max(Double(largest[column]) - center, center - Double(least[column]))
            // Without a token there is no range.
            return Float(max(reach.isFinite ? reach * Calibration.headroom / Double(bits.limit) : 0, floor))
        }
        return Calibration.Group(mean: mean, scale: steps)
    }

    /// Columns of 0 and 1 are integers already: nothing is rounded.
    static func binary(columns: Int) -> Calibration.Group {
        Calibration.Group(mean: Array(repeating: 0, count: columns), scale: Array(repeating: 1, count: columns))
    }

    /// Whether the columns are integers before anything is rounded.
    var hasIntegers: Bool { mean.allSatisfy { $0 == 0 } && scale.allSatisfy { $0 == 1 } }
}
