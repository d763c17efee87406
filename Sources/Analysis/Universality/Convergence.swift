/// How the universal neurons and their error change with tokens, and what budget a wanted error would need.
public struct Convergence: Hashable, Codable, Sendable {
    /// 1, 2, 4, 8, … replicates, and all of them.
    public var points: [ConvergencePoint]

    /// A curve of the given points, in order of their tokens.
    public init(points: [ConvergencePoint]) { self.points = points }

    /// c in standard error of the fraction = c / √tokens, fitted to the points that have an error.
    ///
    /// That the error falls with the square root of the tokens is the assumption: replicates of independent text, and a number of neurons
    /// near the threshold that changes little. Each point's c² = error² · tokens counts as often as its error has degrees of freedom. The
    /// part of the error that comes from the rotation draws does not fall with tokens; more draws lower it.
    public var errorTimesRootTokens: Double? {
        var sum = 0.0
        var weights = 0.0
        for point in points {
            guard let error = point.universal.standardError, let freedom = point.universal.degreesOfFreedom else { continue }
            sum += Double(freedom) * error * error * Double(point.tokens)
            weights += Double(freedom)
        }
        return weights > 0 ? (sum / weights).squareRoot() : nil
    }

    /// The counted tokens that a standard error of the universal fraction would need.
    ///
    /// - Returns: nil where no error is known, or it is 0 at every point, or the budget would be absurd.
    public func tokens(forStandardError error: Double) -> Int? {
        guard let c = errorTimesRootTokens, c > 0, error > 0 else { return nil }
        let tokens = (c / error) * (c / error)
        return tokens < 1e15 ? Int(tokens.rounded(.up)) : nil
    }
}
