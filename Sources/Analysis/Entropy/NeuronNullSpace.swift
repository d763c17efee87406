import Kernels
import Models

/// How much of each neuron's output lies where a model's unembedding sees next to nothing: what weights alone say, whatever the tokens.
public struct NeuronNullSpace: Sendable {
    /// The directions.
    let nullSpace: NullSpace
    /// ‖U₀ᵀ w_out‖ / ‖w_out‖ of each neuron, `[neurons]`.
    let fractions: [Double]
    /// The fraction that random directions exceed with the probability of 1 − `EntropyFindings.randomShare`.
    let randomFraction: Double

    /// Reads a model with an unembedding.
    ///
    /// - Parameters:
    ///   - team: threads; the result does not depend on them.
    ///   - check: asked again and again; what it throws ends the work.
    /// - Throws: `CheckpointError`, `AnalysisError`, `KernelsError`, what `check` throws.
    public init(_ weights: ProcessedWeights, team: ThreadTeam, check: @Sendable () throws -> Void = {}) throws {
        let configuration = weights.configuration
        let nullSpace = try NullSpace(
            of: try weights.unembedding(team: team).matrix, width: configuration.width, team: team, check: check)
        var fractions: [Double] = []
        for layer in 0..<configuration.layers {
            try check()
            fractions += try nullSpace.fractions(of: try weights.mlp(ofLayer: layer).output, team: team)
        }
        self.nullSpace = nullSpace
        self.fractions = fractions
        randomFraction = try nullSpace.randomQuantile(EntropyFindings.randomShare, team: team)
    }
}
