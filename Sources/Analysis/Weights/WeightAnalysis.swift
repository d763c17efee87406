import Kernels
import Models

/// What a model's weights alone say about its neurons: norms and bias, the effect on the vocabulary, and the roles that follow from it.
///
/// One layer's weights and one of the two matrices of tokens are in memory at a time, and what is large is handed on layer by layer.
public struct WeightAnalysis: Sendable {
    /// Which vectors of the tokens.
    public enum Vocabulary: String, Sendable, CaseIterable {
        /// The columns of W_U: what an output does to logits.
        case unembedding
        /// The rows of W_E: what an input sees of a token in the first layer.
        case embedding
    }

    /// The cosines of a layer's neurons with the tokens of one matrix.
    public struct LayerCosines: Sendable {
        /// The layer.
        public let layer: Int
        /// Which matrix.
        public let vocabulary: Vocabulary
        /// Of w_out.
        public let output: CosineSummary
        /// Of w_in.
        public let input: CosineSummary
    }

    /// Tokens at each end that are kept of a neuron's cosines unless something else is said, as the authors do.
    public static let usualTail = 100
    /// Tokens at each end that a finding of a role names.
    static let namedTokens = 10

    private let weights: ProcessedWeights
    private let thresholds: RoleThresholds
    private let tail: Int
    private let features: FeatureTable?
    private let team: ThreadTeam
    private let check: @Sendable () throws -> Void

    /// - Parameters:
    ///   - thresholds: of the roles; nil: those that suit the model's width.
    ///   - tail: how many tokens at each end are kept of a neuron's cosines.
    ///   - features: of the tokens, for the explanation of roles.
    ///   - team: threads; the result does not depend on them.
    ///   - check: asked again and again, from any thread; what it throws ends the work.
    public init(
        _ weights: ProcessedWeights, thresholds: RoleThresholds? = nil, tail: Int = usualTail, features: FeatureTable? = nil,
        team: ThreadTeam, check: @escaping @Sendable () throws -> Void = {}
    ) {
        self.weights = weights
        self.thresholds = thresholds ?? RoleThresholds(width: weights.configuration.width)
        self.tail = tail
        self.features = features
        self.team = team
        self.check = check
    }

    /// Files that `take` of ``run(take:)`` is called for: a layer and a matrix of tokens each.
    public var steps: Int { weights.configuration.layers * (weights.hasUnembedding ? 2 : 1) }

    /// Computes the statistics of all neurons.
    ///
    /// - Parameter take: is given all sets of cosines, layer by layer, first those with W_U and then those with W_E; nil: only what the result
    ///   needs is computed. A model without unembedding has those with W_E alone.
    /// - Throws: `CheckpointError`, `AnalysisError`, what `check` and `take` throw.
    public func run(take: ((LayerCosines) throws -> Void)? = nil) throws -> WeightFindings {
        let configuration = weights.configuration
        var findings = WeightFindings(
            layers: Array(repeating: configuration.mlpWidth, count: configuration.layers), hasVocabulary: weights.hasUnembedding)
        if weights.hasUnembedding {
            try throughUnembedding(&findings, take: take)
        } else {
            for layer in 0..<configuration.layers {
                try check()
                findings.append(try weights.mlp(ofLayer: layer), width: configuration.width)
            }
        }
        guard let take else { return findings }
        let tokens = try UnitRows(scaling: try weights.embedding(team: team), width: configuration.width, team: team)
        let scan = CosineScan(tokens: tokens, tail: tail)
        for layer in 0..<configuration.layers {
            let mlp = try weights.mlp(ofLayer: layer)
            let (output, input) = (try unit(mlp.output), try unit(mlp.input))
            try take(
                LayerCosines(
                    layer: layer, vocabulary: .embedding, output: try scan.summary(of: output, team: team, check: check),
                    input: try scan.summary(of: input, team: team, check: check)))
        }
        return findings
    }

    private func throughUnembedding(
        _ findings: inout WeightFindings, take: ((LayerCosines) throws -> Void)?
    ) throws {
        let configuration = weights.configuration
        let tokens = try UnitRows(scaling: try weights.unembedding(team: team).matrix, width: configuration.width, team: team)
        let contrasts = features.map { TokenContrasts($0, vocabulary: configuration.vocabularySize) }
        let scan = CosineScan(tokens: tokens, tail: take == nil ? Self.namedTokens : max(tail, Self.namedTokens))
        for layer in 0..<configuration.layers {
            try check()
            let mlp = try weights.mlp(ofLayer: layer)
            findings.append(mlp, width: configuration.width)
            let output = try unit(mlp.output)
            let summary = try scan.summary(of: output, team: team, check: check)
            findings.append(summary.moments, roles: summary.moments.map(thresholds.role))
            let places = summary.moments.indices.filter { thresholds.role(of: summary.moments[$0]) != nil }
            let explained = try contrasts?.contrasts(of: places, among: output, unembedding: tokens, team: team, check: check)
            findings.roles += places.enumerated().compactMap { index, neuron in
                thresholds.role(of: summary.moments[neuron]).map { role in
                    RoleFinding(
                        layer: layer, neuron: neuron, role: role, moments: summary.moments[neuron],
                        promoted: Self.named(summary.tokens.highest, neuron), suppressed: Self.named(summary.tokens.lowest, neuron),
                        contrasts: explained?[index] ?? [])
                }
            }
            if let take {
                let input = try scan.summary(of: try unit(mlp.input), team: team, check: check)
                try take(LayerCosines(layer: layer, vocabulary: .unembedding, output: summary, input: input))
            }
        }
        if take != nil { findings.ensembles = try ensembles(of: findings.roles, tokens: tokens) }
    }

    /// The prediction and suppression neurons side by side. Their layers' weights are read again, so that none are kept while others are
    /// looked at.
    private func ensembles(of roles: [RoleFinding], tokens: UnitRows) throws -> RoleEnsembles {
        let found = roles.filter { $0.role != .partition }
        let outputs = FloatBuffer(count: found.count * tokens.width)
        var place = 0
        for layer in Set(found.map(\.layer)).sorted() {
            try check()
            let rows = try unit(try weights.mlp(ofLayer: layer).output).rows(found.filter { $0.layer == layer }.map(\.neuron))
            (outputs.pointer + place).update(from: rows.pointer, count: rows.count)
            place += rows.count
        }
        return try RoleEnsembles(of: found, outputs: outputs, tokens: tokens, team: team, check: check)
    }

    private func unit(_ vectors: FloatBuffer) throws -> UnitRows {
        try UnitRows(scaling: vectors, width: weights.configuration.width, team: team)
    }

    private static func named(_ tail: PartnerTail, _ neuron: Int) -> [RoleFinding.Token] {
        (0..<min(namedTokens, tail.length)).map { place in
            let index = neuron * tail.length + place
            return RoleFinding.Token(id: Int(tail.partners[index]), cosine: tail.values[index])
        }
    }
}
