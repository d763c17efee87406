/// The final norm in two steps: what is taken through the unembedding does not depend on the scale, which may be another one.
struct FinalNorm {
    let width: Int
    let epsilon: Float
    /// `[width]`.
    let gain: UnsafePointer<Float>

    /// (residual − its mean) · gain, as float32, and √(variance + epsilon), the population's. Sums are float64, in order.
    ///
    /// - Parameters:
    ///   - residual: `[width]`.
    ///   - centred: `[width]`.
    /// - Returns: the scale.
    func centre(_ residual: UnsafePointer<Float>, into centred: UnsafeMutablePointer<Float>) -> Double {
        var sum = 0.0
        for d in 0..<width { sum += Double(residual[d]) }
        let mean = sum / Double(width)
        var squares = 0.0
        for d in 0..<width {
            let difference = Double(residual[d]) - mean
            squares += difference * difference
            centred[d] = Float(difference * Double(gain[d]))
        }
        return (squares / Double(width) + Double(epsilon)).squareRoot()
    }

    /// The scale of residual + shift · direction.
    func scale(of residual: UnsafePointer<Float>, plus shift: Float, times direction: UnsafePointer<Float>) -> Double {
        var sum = 0.0
        for d in 0..<width { sum += Double(residual[d]) + Double(shift) * Double(direction[d]) }
        let mean = sum / Double(width)
        var squares = 0.0
        for d in 0..<width {
            let difference = Double(residual[d]) + Double(shift) * Double(direction[d]) - mean
            squares += difference * difference
        }
        return (squares / Double(width) + Double(epsilon)).squareRoot()
    }
}
