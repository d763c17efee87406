import Foundation
import Statistics

/// What the pre-activations of a model's neurons over all tokens say about them: moments, sparsity, and how much their firing depends on the position
/// (SPEC, sections 4 and 5). Masked tokens are in it; a pre-activation is above 0 exactly where GELU's output is.
public struct PreActivationMoments: Sendable {
    /// The mean of each neuron, layer by layer, as all that follows; NaN for one of which nothing is known.
    public private(set) var mean: [Double] = []
    /// Variances, population.
    public private(set) var variance: [Double] = []
    /// Skewness; NaN for a neuron without variance.
    public private(set) var skewness: [Double] = []
    /// Kurtosis, 3 for a normal; NaN for a neuron without variance.
    public private(set) var kurtosis: [Double] = []
    /// The share of tokens above 0.
    public private(set) var sparsity: [Double] = []
    /// The share of tokens above `MomentSums.authorsThreshold`: what the authors' table calls sparsity.
    public private(set) var authorsSparsity: [Double] = []
    /// The mutual information of firing and position, in nats; 0 for a neuron that fires always or never.
    public private(set) var positionScore: [Double] = []
    /// Neurons some of whose values were not taken as they are: beyond `MomentSums.limit`, or NaN.
    public private(set) var clamped = 0
    /// Tokens of the layer with most.
    public private(set) var tokens = 0

    /// Moments of no layer.
    public init() {}

    /// Adds a layer.
    ///
    /// - Parameters:
    ///   - sums: nil where there are none.
    ///   - neurons: of the layer.
    public mutating func append(_ sums: MomentSums?, neurons: Int) {
        guard let sums, sums.tokens > 0 else {
            for column in [\Self.mean, \.variance, \.skewness, \.kurtosis, \.sparsity, \.authorsSparsity, \.positionScore] {
                self[keyPath: column] += Array(repeating: Double.nan, count: neurons)
            }
            return
        }
        let n = Double(sums.tokens)
        tokens = max(tokens, sums.tokens)
        clamped += sums.changed.count { $0 > 0 }
        for neuron in 0..<neurons {
            append(sums.powers, neuron: neuron, tokens: n, perRow: Double(sums.context))
            sparsity.append(Double(sums.powers.positive[neuron]) / n)
            authorsSparsity.append(Double(sums.near[neuron]) / n)
            positionScore.append(Self.positionScore(of: neuron, in: sums))
        }
    }

    private mutating func append(_ powers: PowerSums, neuron: Int, tokens n: Double, perRow: Double) {
        let low = n * Double(sign: .plus, exponent: PowerSums.lowBits, significand: 1)
        let high = n * Double(sign: .plus, exponent: PowerSums.highBits, significand: 1)
        let m = Double(powers.first[neuron]) / low
        let (second, third, fourth) = (
            Double(powers.second[neuron]) / low, Double(powers.third[neuron]) / high, Double(powers.fourth[neuron]) / high
        )
        let spread = second - m * m
        // What rounding a row's sums and the squares of a constant can leave: a neuron that varies by less has no variance.
        let rounding = (1 + 2 * abs(m)) * 0x1p-32 / perRow + m * m * 0x1p-46
        mean.append(m)
        guard spread > rounding else {
            variance.append(0)
            skewness.append(.nan)
            kurtosis.append(.nan)
            return
        }
        let central3 = third - 3 * m * second + 2 * m * m * m
        let central4 = fourth - 4 * m * third + 6 * m * m * second - 3 * m * m * m * m
        variance.append(spread)
        skewness.append(central3 / (spread * spread.squareRoot()))
        kurtosis.append(central4 / (spread * spread))
    }

    /// The mean over positions d of p_d ln(p_d / p) + (1 - p_d) ln((1 - p_d) / (1 - p)), p_d the share of rows that fire at d, p its mean.
    private static func positionScore(of neuron: Int, in sums: MomentSums) -> Double {
        let (rows, columns) = (Double(sums.rows), sums.columns)
        let p = Double(sums.powers.positive[neuron]) / Double(sums.tokens)
        guard p > 0, p < 1 else { return 0 }
        var score = 0.0
        for position in 0..<sums.context {
            let share = Double(sums.positions[position * columns + neuron]) / rows
            if share > 0 { score += share * log(share / p) }
            if share < 1 { score += (1 - share) * log((1 - share) / (1 - p)) }
        }
        return max(0, score / Double(sums.context))
    }

    /// A neuron that fires at a smaller share of tokens is sparse.
    public static let sparseShare = 0.02

    /// The figures: those of the authors under their names, then ours.
    public var numbers: [(name: String, values: [Double])] {
        [
            ("mean", mean), ("var", variance), ("skew", skewness), ("kurt", kurtosis), ("sparsity", sparsity),
            ("sparsity_paper", authorsSparsity), ("position_score", positionScore),
        ]
    }

    /// The columns of the neuron table: the figures, and whether a neuron is sparse, 1 or 0; empty for one of which nothing is known.
    public var columns: [(name: String, column: NeuronColumn)] {
        let isSparse = sparsity.map { $0.isFinite ? ($0 < Self.sparseShare ? "1" : "0") : "" }
        return numbers.map { ($0.name, .numbers($0.values)) } + [("is_sparse", .texts(isSparse))]
    }
}
