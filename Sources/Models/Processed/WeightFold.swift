/// The steps that make processed weights of a model's own (SPEC 3), on plain values: matrices `[rows, width]` whose rows lie along the
/// residual stream.
///
/// A weight that reads the residual stream has a row for each of its outputs, one that writes to it a row for each of its inputs, an
/// embedding or unembedding a row for each token: the last axis is always d_model. Sums are taken in float64, in order, so the bits do not
/// depend on who folds which rows.
///
/// Order matters: an offset is folded with rows that the gain has not scaled yet.
public enum WeightFold {
    /// Folds the offset of a norm into a bias: `bias[r] += Σ_d offset[d] · matrix[r, d]`.
    ///
    /// - Parameter matrix: `[rows, width]`, not yet scaled.
    public static func addOffset(
        _ offset: UnsafePointer<Float>, through matrix: UnsafePointer<Float>, rows: Int, width: Int, to bias: UnsafeMutablePointer<Float>
    ) {
        for row in 0..<rows {
            let values = matrix + row * width
            var sum = 0.0
            for d in 0..<width { sum += Double(offset[d]) * Double(values[d]) }
            bias[row] = Float(Double(bias[row]) + sum)
        }
    }

    /// Folds the gain of a norm into the weights that read its output: `matrix[r, d] *= gain[d] · factor`.
    ///
    /// - Parameter factor: what the norm multiplies with whatever it is given; 1 for a norm that standardises.
    public static func scale(
        _ matrix: UnsafeMutablePointer<Float>, by gain: UnsafePointer<Float>, factor: Double = 1, rows: Int, width: Int
    ) {
        for row in 0..<rows {
            let values = matrix + row * width
            for d in 0..<width { values[d] = Float(Double(values[d]) * (Double(gain[d]) * factor)) }
        }
    }

    /// Takes each row's mean from it. What a reading weight loses so, its input, centred by the norm, never had; what a writing weight
    /// loses, every norm that reads the stream takes away.
    public static func centreRows(_ matrix: UnsafeMutablePointer<Float>, rows: Int, width: Int) {
        for row in 0..<rows {
            let values = matrix + row * width
            var sum = 0.0
            for d in 0..<width { sum += Double(values[d]) }
            let mean = sum / Double(width)
            for d in 0..<width { values[d] = Float(Double(values[d]) - mean) }
        }
    }

    /// The sum of all rows, `[width]`; over their number what ``subtract(_:from:rows:width:)`` centres an unembedding over its vocabulary with.
    public static func sumOfRows(_ matrix: UnsafePointer<Float>, rows: Int, width: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: width)
        sums.withUnsafeMutableBufferPointer { sums in
            for row in 0..<rows {
                let values = matrix + row * width
                for d in 0..<width { sums[d] += Double(values[d]) }
            }
        }
        return sums
    }

    /// Takes one row from all rows.
    public static func subtract(_ mean: [Double], from matrix: UnsafeMutablePointer<Float>, rows: Int, width: Int) {
        precondition(mean.count == width, "the row has another width")
        mean.withUnsafeBufferPointer { mean in
            for row in 0..<rows {
                let values = matrix + row * width
                for d in 0..<width { values[d] = Float(Double(values[d]) - mean[d]) }
            }
        }
    }

    /// Folds the bias of the values into that of the attention's output: `bias[d] += Σ_r values[r] · matrix[r, d]`. A head's weights over
    /// positions sum to 1, so what is added to every value comes out as it went in.
    ///
    /// - Parameter matrix: `[rows, width]`, from the heads' values to the residual stream.
    public static func addValues(
        _ values: UnsafePointer<Float>, through matrix: UnsafePointer<Float>, rows: Int, width: Int, to bias: UnsafeMutablePointer<Float>
    ) {
        var sums = (0..<width).map { Double(bias[$0]) }
        for row in 0..<rows {
            for d in 0..<width { sums[d] += Double(values[row]) * Double(matrix[row * width + d]) }
        }
        for d in 0..<width { bias[d] = Float(sums[d]) }
    }
}
