/// Student's t distribution with a whole number of degrees of freedom.
public struct StudentT: Sendable {
    private let degreesOfFreedom: Int

    /// - Precondition: There is at least one degree of freedom.
    public init(degreesOfFreedom: Int) {
        precondition(degreesOfFreedom > 0, "Student's t has degrees of freedom")
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// P(T ≤ t), by the finite sums that hold for whole degrees of freedom (with θ = atan(t / √ν)).
    public func cumulative(_ t: Double) -> Double {
        let freedom = Double(degreesOfFreedom)
        let cosineSquared = freedom / (freedom + t * t)
        let sine = t / (freedom + t * t).squareRoot()
        var term = 1.0
        var sum = 0.0
        if degreesOfFreedom % 2 == 0 {
            for j in 0..<degreesOfFreedom / 2 {
                sum += term
                term *= cosineSquared * Double(2 * j + 1) / Double(2 * j + 2)
            }
            return 0.5 + 0.5 * sine * sum
        }
        for j in 0..<degreesOfFreedom / 2 {
            sum += term
            term *= cosineSquared * Double(2 * j + 2) / Double(2 * j + 3)
        }
        return 0.5 + (Self.arctangent(t / freedom.squareRoot()) + sine * cosineSquared.squareRoot() * sum) / Double.pi
    }

    /// The t below which a share `p` (0.5 < p < 1) of the distribution lies, by bisection.
    public func quantile(_ p: Double) -> Double {
        var lower = 0.0
        var upper = 1.0
        while cumulative(upper) < p, upper < 1e6 { upper *= 2 }
        for _ in 0..<60 {
            let middle = (lower + upper) / 2
            if cumulative(middle) < p { lower = middle } else { upper = middle }
        }
        return (lower + upper) / 2
    }

    /// Four halvings of the angle, then the series: accurate to 10⁻¹⁵ for every argument, without the C library.
    private static func arctangent(_ x: Double) -> Double {
        var reduced = x
        for _ in 0..<4 { reduced = reduced / (1 + (1 + reduced * reduced).squareRoot()) }
        let square = reduced * reduced
        var term = reduced
        var sum = 0.0
        for j in 0..<20 {
            sum += term / Double(2 * j + 1)
            term *= -square
        }
        return 16 * sum
    }
}
