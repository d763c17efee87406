/// Where some neurons stand within their layers by one figure, and where all the others do (paper, section 4.1).
public struct PercentileContrast: Hashable, Codable, Sendable {
    /// The figure's name, as `percentiles.csv` has it.
    public let name: String
    /// The mean percentile of the chosen neurons; nil where none of them has one.
    public let chosen: MeanInterval?
    /// That of the others.
    public let others: MeanInterval?

    /// The figures by which the paper compares universal neurons with others, in its order.
    public static let figures = ["sparsity", "mean", "skew", "kurt", "input_bias", "in_out_sim", "l2_penalty", "vocab_kurt"]

    /// Contrasts the percentiles of a figure, NaN where a neuron has none.
    ///
    /// - Parameters:
    ///   - percentiles: of all neurons.
    ///   - isChosen: whether each of them is one of those that are set against the others.
    /// - Throws: `AnalysisError.sizeMismatch` when there are not as many of both.
    public init(_ name: String, percentiles: [Double], isChosen: [Bool]) throws {
        guard percentiles.count == isChosen.count else {
            throw AnalysisError.sizeMismatch(what: "percentiles of \(name)", expected: isChosen.count, found: percentiles.count)
        }
        self.name = name
        chosen = MeanInterval(zip(percentiles, isChosen).lazy.filter(\.1).map(\.0))
        others = MeanInterval(zip(percentiles, isChosen).lazy.filter { !$0.1 }.map(\.0))
    }
}
