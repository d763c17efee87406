/// How far the universal neurons of two tables are the same.
public struct SetOverlap: Codable, Sendable {
    /// Universal neurons of the first table.
    public let first: Int
    /// Those of the second.
    public let second: Int
    /// Those of both.
    public let both: Int
    /// Those of either.
    public let either: Int
    /// The Jaccard index, both / either; nil where neither has any.
    public let jaccard: Double?
    /// Its standard error from the errors of the neurons' excess; nil where no table has such errors, where one is of a run
    /// without them, where both are of the same statistics, or no neuron is likely in either.
    public let jaccardStandardError: Double?
    /// How many would be in both by chance, were the sets drawn at random from all neurons; nil where nobody knows how many there are.
    public let bothByChance: Double?

    /// Compares two sets of neurons.
    ///
    /// With errors, whether neuron i is in a set is a matter of chance, with probability p_i in the first and q_i in the second, and independent
    /// of other neurons. Of I, those in both, and U, those in either, with u_i = p_i + q_i − p_i q_i,
    ///
    ///     var I = Σ p_i q_i (1 − p_i q_i),   var U = Σ u_i (1 − u_i),   cov(I, U) = Σ p_i q_i (1 − u_i),
    ///
    /// and J = I / U varies, to first order about the expected values, by (var I − 2 J cov(I, U) + J² var U) / U².
    ///
    /// - Parameters:
    ///   - first: whether each neuron is in the first set.
    ///   - second: the same for the second.
    ///   - probabilities: p and q; nil where there are no errors.
    ///   - neurons: how many neurons the model has.
    public init(first: [Bool], second: [Bool], probabilities: (first: [Double], second: [Double])? = nil, neurons: Int? = nil) {
        precondition(first.count == second.count)
        self.first = first.count { $0 }
        self.second = second.count { $0 }
        both = zip(first, second).count { $0 && $1 }
        either = zip(first, second).count { $0 || $1 }
        jaccard = either > 0 ? Double(both) / Double(either) : nil
        bothByChance = neurons.flatMap { $0 > 0 ? Double(first.count { $0 }) * Double(second.count { $0 }) / Double($0) : nil }
        jaccardStandardError = probabilities.flatMap { Self.standardError($0.first, $0.second) }
    }

    private static func standardError(_ first: [Double], _ second: [Double]) -> Double? {
        precondition(first.count == second.count)
        var (intersection, union, ofIntersection, ofUnion, together) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for (p, q) in zip(first, second) {
            let (i, u) = (p * q, p + q - p * q)
            intersection += i
            union += u
            ofIntersection += i * (1 - i)
            ofUnion += u * (1 - u)
            together += i * (1 - u)
        }
        guard union > 0 else { return nil }
        let ratio = intersection / union
        return max(0, ofIntersection - 2 * ratio * together + ratio * ratio * ofUnion).squareRoot() / union
    }
}
