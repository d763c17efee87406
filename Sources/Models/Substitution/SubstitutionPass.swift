import Checkpoints
import Kernels
import Statistics

/// Measures how a model predicts the tokens of a row as it is, and with neurons replaced by linear functions of another model's (SPEC 12).
///
/// Both models read the same row. The blocks up to the first layer with a replaced neuron are computed once for all conditions; behind it
/// they are computed again in full. In that first layer the difference, Δ · w_out, is added to the residual stream behind it; in later ones
/// activations are overwritten before they are projected. What drives a neuron is the other model as it is, whatever else is replaced.
///
/// A row is computed alone, in one thread: what is measured under a condition is the same bits whatever the other conditions and rows.
///
/// ```swift
/// let source = NeuronSubstitution.Source(layer: 2, neuron: 40, mean: 0.1, slope: 0.9)
/// let pass = try SubstitutionPass(unembedding, other: b, conditions: [[.init(layer: 3, neuron: 117, mean: 0.2, source: source)]])
/// try pass.measure(row, at: 1..<511, workspace: try pass.makeWorkspace(context: 512)) { condition, position, measures in … }
/// ```
public final class SubstitutionPass: Sendable {
    /// What is replaced, at all positions, condition by condition.
    public let conditions: [[NeuronSubstitution]]

    private let unembedding: Unembedding
    private let other: TransformerModel
    private let places: SubstitutionPlaces
    private var model: TransformerModel { unembedding.model }

    /// Prepares conditions.
    ///
    /// - Parameters:
    ///   - other: the model that drives neurons; loaded through the last layer of those that do.
    ///   - conditions: each of one neuron or more, none of them twice; no conditions: only the unmodified run is measured.
    /// - Throws: `ModelError.noSuchNeuron`, `.layerNotLoaded`.
    public init(_ unembedding: Unembedding, other: TransformerModel, conditions: [[NeuronSubstitution]]) throws {
        func check(_ layer: Int, _ neuron: Int, of model: TransformerModel) throws {
            let shape = model.shape
            guard (0..<shape.layers).contains(layer), (0..<shape.mlpWidth).contains(neuron) else {
                throw ModelError.noSuchNeuron(model: model.id, layer: layer, neuron: neuron, layers: shape.layers, width: shape.mlpWidth)
            }
        }
        for substitutions in conditions {
            precondition(!substitutions.isEmpty, "a condition without a neuron")
            precondition(Set(substitutions.map { [$0.layer, $0.neuron] }).count == substitutions.count, "a neuron is replaced twice")
            for substitution in substitutions {
                try check(substitution.layer, substitution.neuron, of: unembedding.model)
                guard let source = substitution.source else { continue }
                try check(source.layer, source.neuron, of: other)
                guard source.layer < other.loadedLayers else {
                    throw ModelError.layerNotLoaded(model: other.id, layer: source.layer, loaded: other.loadedLayers)
                }
            }
        }
        self.unembedding = unembedding
        self.other = other
        self.conditions = conditions
        places = SubstitutionPlaces(conditions)
    }

    /// Scratch memory of one thread, for rows of at most `context` tokens.
    ///
    /// - Throws: `ModelError.contextTooLong`, `.emptyContext`.
    public func makeWorkspace(context: Int) throws -> SubstitutionWorkspace {
        try unembedding.check(context: context)
        return SubstitutionWorkspace(model.shape, counts, other: try other.makeWorkspace(context: context), context: context)
    }

    /// The scratch memory of one thread, in bytes.
    public func workspaceBytes(context: Int) -> Int {
        SubstitutionWorkspace.bytes(model.shape, counts, other: other.shape, context: context)
    }

    private var counts: SubstitutionWorkspace.Counts {
        .init(layers: places.layers.count, neurons: places.neurons.count, sources: places.sources.count)
    }

    /// Measures the predictions of a row.
    ///
    /// - Parameters:
    ///   - row: its tokens.
    ///   - positions: those whose next token is predicted; within 0..<tokens − 1.
    ///   - workspace: one of this pass's that no other thread uses meanwhile.
    ///   - deliver: called for each condition and position: 0 is the unmodified run, i + 1 is `conditions[i]`; of one condition positions
    ///     rise. It may throw to stop.
    /// - Throws: `ModelError` for tokens outside a vocabulary and rows that are too long; what `deliver` throws.
    public func measure(
        _ row: TokenRow, at positions: Range<Int>, workspace: SubstitutionWorkspace,
        deliver: (_ condition: Int, _ position: Int, _ measures: SubstitutionMeasures) throws -> Void
    ) throws {
        precondition(positions.lowerBound >= 0 && positions.upperBound < max(1, row.tokens.count), "positions without a next token")
        let context = row.tokens.count
        try model.embed(row, into: workspace.transformer)
        try fillSources(row, in: workspace)
        runUnmodified(context: context, in: workspace)
        try measureUnmodified(row, at: positions, in: workspace, deliver)
        for (index, condition) in places.conditions.enumerated() {
            begin(condition, context: context, in: workspace)
            for layer in condition.first + 1..<model.shape.layers {
                unembedding.run(layer, context: context, in: workspace.transformer) {
                    replace(condition.layers[layer] ?? [], context: context, in: workspace)
                }
            }
            try measure(index, row, at: positions, in: workspace, deliver)
        }
    }

    // MARK: The residual stream

    /// What the other model's neurons put out.
    private func fillSources(_ row: TokenRow, in workspace: SubstitutionWorkspace) throws {
        guard let last = places.sources.map(\.layer).max() else { return }
        let (context, width) = (row.tokens.count, other.shape.mlpWidth)
        try other.activations(of: row, through: last, workspace: workspace.other) { layer, values in
            for (place, source) in places.sources.enumerated() where source.layer == layer {
                let target = workspace.sources.pointer + place * workspace.context
                for position in 0..<context { target[position] = values[position * width + source.neuron] }
            }
        }
    }

    /// All blocks; what conditions begin from is kept.
    private func runUnmodified(context: Int, in workspace: SubstitutionWorkspace) {
        let (transformer, width, mlp) = (workspace.transformer, model.shape.width, model.shape.mlpWidth)
        for layer in 0..<model.shape.layers {
            unembedding.run(layer, context: context, in: transformer) {
                for (place, neuron) in places.neurons.enumerated() where neuron.layer == layer {
                    let outputs = workspace.outputs.pointer + place * workspace.context
                    for position in 0..<context { outputs[position] = transformer.neurons[position * mlp + neuron.neuron] }
                }
            }
            if let place = places.layers.firstIndex(of: layer) {
                (workspace.residuals.pointer + place * workspace.context * width).update(from: transformer.residual, count: context * width)
            }
        }
    }

    /// What takes the place of a neuron's output at each position.
    private func fillValues(of substitution: NeuronSubstitution, context: Int, in workspace: SubstitutionWorkspace) {
        let values = workspace.values.pointer
        guard let place = places.place(of: substitution.source) else {
            for position in 0..<context { values[position] = substitution.value(at: 0) }
            return
        }
        let sources = workspace.sources.pointer + place * workspace.context
        for position in 0..<context { values[position] = substitution.value(at: sources[position]) }
    }

    /// The residual stream behind a condition's first layer.
    private func begin(_ condition: SubstitutionPlaces.Condition, context: Int, in workspace: SubstitutionWorkspace) {
        guard let kept = places.layers.firstIndex(of: condition.first) else { return }
        let (width, residual, values) = (model.shape.width, workspace.transformer.residual, workspace.values.pointer)
        residual.update(from: workspace.residuals.pointer + kept * workspace.context * width, count: context * width)
        for substitution in condition.layers[condition.first] ?? [] {
            guard let place = places.place(of: substitution) else { continue }
            fillValues(of: substitution, context: context, in: workspace)
            let outputs = workspace.outputs.pointer + place * workspace.context
            let direction = unembedding.output(ofLayer: substitution.layer, neuron: substitution.neuron)
            for position in 0..<context {
                let (target, shift) = (residual + position * width, values[position] - outputs[position])
                for d in 0..<width { target[d] += shift * direction[d] }
            }
        }
    }

    /// Overwrites the outputs of a layer's neurons.
    private func replace(_ substitutions: [NeuronSubstitution], context: Int, in workspace: SubstitutionWorkspace) {
        let (neurons, mlp, values) = (workspace.transformer.neurons, model.shape.mlpWidth, workspace.values.pointer)
        for substitution in substitutions {
            fillValues(of: substitution, context: context, in: workspace)
            for position in 0..<context { neurons[position * mlp + substitution.neuron] = values[position] }
        }
    }

    // MARK: Predictions

    /// The reductions of the unmodified run and of a condition, each with scratch of its own.
    private func reductions(in workspace: SubstitutionWorkspace) -> (unmodified: PredictionReduction, changed: PredictionReduction) {
        let vocabulary = model.shape.vocabularySize
        func reduction(_ scratch: UnsafeMutablePointer<Float>) -> PredictionReduction {
            PredictionReduction(
                vocabulary: vocabulary, bias: unembedding.bias.pointer, unigram: nil, logits: scratch, differences: scratch + vocabulary,
                exponentials: scratch + 2 * vocabulary)
        }
        return (reduction(workspace.logits.pointer), reduction(workspace.logits.pointer + 3 * vocabulary))
    }

    private func measureUnmodified(
        _ row: TokenRow, at positions: Range<Int>, in workspace: SubstitutionWorkspace,
        _ deliver: (Int, Int, SubstitutionMeasures) throws -> Void
    ) throws {
        let (reduction, vocabulary) = (reductions(in: workspace).unmodified, model.shape.vocabularySize)
        try Unembedding.forEachPanel(of: positions) { panel in
            let products = workspace.unmodified.pointer + (panel.lowerBound - positions.lowerBound) * vocabulary
            unembedding.fillProducts(of: panel, in: workspace.transformer, into: products) { workspace.scales[$0] = $1 }
            for (place, position) in panel.enumerated() {
                reduction.fill(products + place * vocabulary, inverse: Float(1 / workspace.scales[position]))
                let found = reduction.measures(of: Int(row.tokens[position + 1]), scale: workspace.scales[position])
                try deliver(0, position, SubstitutionMeasures(loss: found.loss, entropy: found.entropy, divergence: 0))
            }
        }
    }

    /// A condition whose residual stream has come to the end.
    private func measure(
        _ condition: Int, _ row: TokenRow, at positions: Range<Int>, in workspace: SubstitutionWorkspace,
        _ deliver: (Int, Int, SubstitutionMeasures) throws -> Void
    ) throws {
        let ((unmodified, changed), vocabulary) = (reductions(in: workspace), model.shape.vocabularySize)
        try Unembedding.forEachPanel(of: positions) { panel in
            var scales: [Double] = []
            unembedding.fillProducts(of: panel, in: workspace.transformer, into: workspace.products.pointer) { scales.append($1) }
            for (place, position) in panel.enumerated() {
                let target = Int(row.tokens[position + 1])
                let base = workspace.unmodified.pointer + (position - positions.lowerBound) * vocabulary
                unmodified.fill(base, inverse: Float(1 / workspace.scales[position]))
                _ = unmodified.measures(of: target, scale: workspace.scales[position])
                changed.fill(workspace.products.pointer + place * vocabulary, inverse: Float(1 / scales[place]))
                let found = changed.measures(of: target, scale: scales[place])
                try deliver(
                    condition + 1, position,
                    SubstitutionMeasures(loss: found.loss, entropy: found.entropy, divergence: unmodified.divergence(from: changed)))
            }
        }
    }
}
