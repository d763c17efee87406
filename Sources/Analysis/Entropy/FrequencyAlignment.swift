import Foundation
import Kernels
import Models

/// How far each neuron of a model moves logits along token frequencies, and which do so like no other: token-frequency neurons, by weights
/// and the corpus's counts alone (SPEC 7; arXiv 2406.16254).
public struct FrequencyAlignment: Sendable {
    /// The correlation of what w_out does to the logits with the log token frequencies, `[neurons]`.
    public let correlations: [Double]
    /// The size of it that all but one in a thousand random directions stay below.
    public let randomCorrelation: Double
    /// Neurons of the last two layers whose correlation is larger than that, and far from those of their layer, in order.
    public let neurons: [Int]

    /// How many neurons of a model whose correlations are normal within each layer may be named by chance.
    private static let chance = 0.001

    /// Reads a model with an unembedding.
    ///
    /// - Parameters:
    ///   - unigram: token frequencies over the model's vocabulary.
    ///   - team: threads; the result does not depend on them.
    ///   - check: asked again and again; what it throws ends the work.
    /// - Throws: `CheckpointError`, `AnalysisError`, what `check` throws.
    public init(
        _ weights: ProcessedWeights, unigram: UnigramDistribution, team: ThreadTeam, check: @Sendable () throws -> Void = {}
    ) throws {
        let configuration = weights.configuration
        let direction = try FrequencyDirection(
            of: try weights.unembedding(team: team).matrix, width: configuration.width, unigram: unigram, team: team, check: check)
        let layers = try (0..<configuration.layers).map { layer in
            try check()
            return try direction.correlations(of: try weights.mlp(ofLayer: layer).output, team: team)
        }
        let random = try RandomDirections(seed: 0, purpose: "token frequencies").rows(10_000, width: configuration.width, team: team)
        let size = SortedFigures(try direction.correlations(of: random, team: team).map(abs)).quantile(EntropyFindings.randomShare)
        self.init(layers: layers, randomCorrelation: size)
    }

    /// - Parameter layers: the correlations of each layer's neurons.
    init(layers: [[Double]], randomCorrelation: Double) {
        correlations = layers.flatMap { $0 }
        self.randomCorrelation = randomCorrelation
        let bound = Self.bound(neurons: correlations.count)
        let first = max(0, layers.count - 2)
        var (neurons, start) = ([Int](), layers.prefix(first).reduce(0) { $0 + $1.count })
        for layer in layers.dropFirst(first) {
            let middle = SortedFigures(layer).quantile(0.5)
            // The deviation of a normal distribution whose middle half has that width: one far neuron does not change it.
            let spread = SortedFigures(layer.map { abs($0 - middle) }).quantile(0.5) / 0.674489750196082
            neurons += layer.indices.filter { abs(layer[$0]) > randomCorrelation && abs(layer[$0] - middle) > bound * spread }
                .map { start + $0 }
            start += layer.count
        }
        self.neurons = neurons
    }

    /// The deviations that a normal number exceeds, on either side, with the probability chance / neurons.
    private static func bound(neurons: Int) -> Double {
        let probability = chance / Double(max(1, neurons))
        var (low, high) = (0.0, 40.0)
        for _ in 0..<100 {
            let middle = (low + high) / 2
            if erfc(middle / 2.0.squareRoot()) > probability { low = middle } else { high = middle }
        }
        return high
    }
}
