import Kernels
import Models

/// Finds the entropy neurons of a model by its weights (SPEC 7, paper, section 5.2): neurons of the last layers whose large outputs hardly touch
/// a logit, because they lie where the unembedding sees little.
///
/// ```swift
/// let findings = try WeightAnalysis(weights, team: team).run()
/// let entropy = try EntropyAnalysis(weights, findings: findings, team: team).run()
/// ```
public struct EntropyAnalysis: Sendable {
    private let weights: ProcessedWeights
    private let findings: WeightFindings
    private let activationKurtosis: [Double]?
    private let controls: Int
    private let seed: UInt64
    private let team: ThreadTeam
    private let check: @Sendable () throws -> Void

    /// - Parameters:
    ///   - findings: what the weights say about each neuron.
    ///   - activationKurtosis: of the pre-activations, `[neurons]`, where it was computed.
    ///   - controls: how many random neurons are listed beside the candidates.
    ///   - seed: of their choice.
    ///   - team: threads; the result does not depend on them.
    ///   - check: asked again and again; what it throws ends the work.
    public init(
        _ weights: ProcessedWeights, findings: WeightFindings, activationKurtosis: [Double]? = nil,
        controls: Int = EntropyFindings.usualControls, seed: UInt64 = 0, team: ThreadTeam,
        check: @escaping @Sendable () throws -> Void = {}
    ) {
        self.weights = weights
        self.findings = findings
        self.activationKurtosis = activationKurtosis
        self.controls = controls
        self.seed = seed
        self.team = team
        self.check = check
    }

    /// Finds candidates and controls.
    ///
    /// - Returns: nil for a model without unembedding, whose neurons have no effect on a vocabulary.
    /// - Throws: `CheckpointError`, `AnalysisError`, `KernelsError`, what `check` throws.
    public func run() throws -> EntropyFindings? {
        guard let figures = try EntropyFigures(findings, activationKurtosis: activationKurtosis) else { return nil }
        let space = try NeuronNullSpace(weights, team: team, check: check)
        return EntropyFindings(figures, space, controls: controls, seed: seed)
    }
}
