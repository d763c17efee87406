/// How a neuron's effect on the tokens that have a 0/1 feature differs from that on the others.
public struct TokenContrast: Hashable, Sendable {
    /// The mean cosine of the tokens with the feature less that of the others.
    public let difference: Double
    /// Welch's t of the difference; NaN where one side has fewer than two tokens, or none varies.
    public let t: Double
    /// The share of the variance over the vocabulary that the feature explains: (Var c − [p Var(c|f) + (1−p) Var(c|¬f)]) / Var c.
    public let reduction: Double

    /// - Parameters:
    ///   - tokens, sum, squares: of the tokens with the feature how many there are, the sum of their cosines and of their squares.
    ///   - all: the same of all tokens.
    /// - Returns: nil where one of the two sides is empty or no cosine differs from another.
    init?(tokens: Int, sum: Double, squares: Double, all: (tokens: Int, sum: Double, squares: Double)) {
        let others = all.tokens - tokens
        guard tokens > 0, others > 0 else { return nil }
        let (with, without) = (Self.side(tokens, sum, squares), Self.side(others, all.sum - sum, all.squares - squares))
        let whole = Self.side(all.tokens, all.sum, all.squares)
        guard whole.variance > 1e-14 * all.squares / Double(all.tokens) else { return nil }
        difference = with.mean - without.mean
        let share = Double(tokens) / Double(all.tokens)
        // The variance between the two sides, which is what a division into them takes away.
        reduction = share * (1 - share) * difference * difference / whole.variance
        let error = Self.squaredError(tokens, with.variance) + Self.squaredError(others, without.variance)
        t = error > 0 ? difference / error.squareRoot() : .nan
    }

    private static func side(_ count: Int, _ sum: Double, _ squares: Double) -> (mean: Double, variance: Double) {
        let mean = sum / Double(count)
        return (mean, max(0, squares / Double(count) - mean * mean))
    }

    /// The squared standard error of a mean, from the unbiased variance.
    private static func squaredError(_ count: Int, _ variance: Double) -> Double { count > 1 ? variance / Double(count - 1) : .nan }
}
