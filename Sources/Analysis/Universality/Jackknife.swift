/// The weighted delete-one-group jackknife, for groups of different size.
///
/// With g groups of m_j observations, n = Σ m_j, h_j = n / m_j, the estimate θ from everything and θ₍ⱼ₎ from everything but group j, the
/// pseudo-values are θ̃_j = h_j θ − (h_j − 1) θ₍ⱼ₎ and
///
///     variance = 1/g · Σ_j (θ̃_j − θ_J)² / (h_j − 1),   θ_J = g θ − Σ_j (1 − m_j / n) θ₍ⱼ₎
///
/// (F. M. T. A. Busing, E. Meijer, R. van der Leeden, "Delete-m jackknife for unequal m", Statistics and Computing 9, 1999). For groups of
/// one size it is the usual (g − 1)/g · Σ (θ₍ⱼ₎ − mean)². It has g − 1 degrees of freedom: intervals need Student's t.
struct Jackknife: Sendable {
    private let weights: [Double]

    /// Nil when there are fewer than two groups, or an empty one: then there is no error bar.
    init?(sizes: [Int]) {
        guard sizes.count >= 2, sizes.allSatisfy({ $0 > 0 }) else { return nil }
        let total = Double(sizes.reduce(0, +))
        weights = sizes.map { total / Double($0) }
    }

    var degreesOfFreedom: Int { weights.count - 1 }

    /// The standard error of a count that changes by one when one group is left out, and stays as it is without any other: for groups of one
    /// size (g − 1)/g. An error that is smaller, 0 above all, says no more than that it is not larger than this.
    var resolutionOfCount: Double {
        weights.indices.map { changed in variance(of: 0) { $0 == changed ? 1 : 0 } }.min().map { $0.squareRoot() } ?? 0
    }

    /// The variance of an estimate.
    ///
    /// - Parameters:
    ///   - whole: the estimate from everything.
    ///   - leaveOneOut: the estimate without each group, by the group's number.
    func variance(of whole: Double, leaveOneOut: (Int) -> Double) -> Double {
        let centre = centre(of: whole, leaveOneOut: leaveOneOut)
        var sum = 0.0
        for (j, h) in weights.enumerated() {
            let deviation = h * whole - (h - 1) * leaveOneOut(j) - centre
            sum += deviation * deviation / (h - 1)
        }
        return sum / Double(weights.count)
    }

    /// The bias of an estimate: what θ has over θ_J.
    func bias(of whole: Double, leaveOneOut: (Int) -> Double) -> Double { whole - centre(of: whole, leaveOneOut: leaveOneOut) }

    /// θ_J.
    private func centre(of whole: Double, leaveOneOut: (Int) -> Double) -> Double {
        var centre = Double(weights.count) * whole
        for (j, h) in weights.enumerated() { centre -= (1 - 1 / h) * leaveOneOut(j) }
        return centre
    }
}
