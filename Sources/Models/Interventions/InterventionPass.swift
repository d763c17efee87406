import CKernels
import Checkpoints
import Kernels
import Statistics

/// Measures how a model predicts the tokens of a row as it is, and with neurons changed (SPEC 7).
///
/// The blocks up to a neuron's layer are computed once for all conditions; for each change those behind it are computed again in full, with
/// the difference of one neuron, Δ · w_out, added to the residual stream behind its layer. In the last layer nothing comes behind: there a
/// logit is (a + Δ c) / σ + b with a the unmodified product, c that of w_out and σ the scale, so that a change costs no product at all.
/// Conditions that differ in what is frozen share everything but the last sums.
///
/// A row is computed alone, in one thread: what is measured under a condition is the same bits whatever the other conditions and rows.
///
/// ```swift
/// let pass = try InterventionPass(unembedding, conditions: [.init(layer: 3, neuron: 117, Intervention(.fixed, value: 6))])
/// try pass.measure(row, at: 1..<511, workspace: try pass.makeWorkspace(context: 512)) { condition, position, measures in … }
/// ```
public final class InterventionPass: Sendable {
    /// What is changed.
    public let conditions: [InterventionCondition]
    /// Tokens' frequencies, where divergences from them are asked for, or a condition freezes the logits' component along them.
    public let unigram: UnigramDistribution?

    private let unembedding: Unembedding
    private let groups: InterventionGroups
    /// For each neuron of the groups that lies in the last layer what its w_out does to the logits, `[vocabulary]`, before the scale.
    private let directions: [FloatBuffer?]
    private var model: TransformerModel { unembedding.model }
    private var last: Int { model.shape.layers - 1 }

    /// Prepares conditions.
    ///
    /// - Parameters:
    ///   - conditions: in any order; none: only the unmodified run is measured.
    ///   - unigram: over the model's vocabulary; must be there where a condition freezes ``FrozenPart/frequency``.
    ///   - team: threads that share the preparation.
    /// - Throws: `ModelError.noSuchNeuron`.
    public init(
        _ unembedding: Unembedding, conditions: [InterventionCondition], unigram: UnigramDistribution? = nil,
        team: ThreadTeam = ThreadTeam(count: 1)
    ) throws {
        let (model, shape) = (unembedding.model, unembedding.model.shape)
        for condition in conditions {
            guard (0..<shape.layers).contains(condition.layer), (0..<shape.mlpWidth).contains(condition.neuron) else {
                throw ModelError.noSuchNeuron(
                    model: model.id, layer: condition.layer, neuron: condition.neuron, layers: shape.layers, width: shape.mlpWidth)
            }
        }
        precondition(unigram != nil || conditions.allSatisfy { $0.frozen != .frequency }, "token frequencies are not given")
        precondition(unigram.map { $0.direction.count == shape.vocabularySize } != false, "frequencies of another vocabulary")
        self.unembedding = unembedding
        self.conditions = conditions
        self.unigram = unigram
        let groups = InterventionGroups(conditions)
        self.groups = groups
        directions = try team.map(groups.neurons.count) { index, _ in
            let neuron = groups.neurons[index]
            guard neuron.layer == shape.layers - 1 else { return nil }
            let (centred, direction) = (FloatBuffer(count: shape.width), FloatBuffer(count: shape.vocabularySize))
            let output = unembedding.output(ofLayer: neuron.layer, neuron: neuron.neuron)
            _ = unembedding.finalNorm.centre(output, into: centred.pointer)
            unembedding.product(of: centred.pointer, rows: 1, into: direction.pointer)
            return direction
        }
    }

    /// Scratch memory of one thread, for rows of at most `context` tokens.
    ///
    /// - Throws: `ModelError.contextTooLong`, `.emptyContext`.
    public func makeWorkspace(context: Int) throws -> InterventionWorkspace {
        try unembedding.check(context: context)
        return InterventionWorkspace(model.shape, layers: keptLayers.count, neurons: groups.neurons.count, context: context)
    }

    /// The scratch memory of one thread, in bytes.
    public func workspaceBytes(context: Int) -> Int {
        InterventionWorkspace.bytes(model.shape, layers: keptLayers.count, neurons: groups.neurons.count, context: context)
    }

    /// The memory that is kept beside the model, its unembedding and the threads' scratch, in bytes.
    public var byteCount: Int { directions.reduce(0) { $0 + 4 * ($1?.count ?? 0) } }

    /// The layers whose residual stream is kept.
    private var keptLayers: [Int] { groups.layers.filter { $0 < last } }

    /// Measures the predictions of a row.
    ///
    /// - Parameters:
    ///   - row: its tokens.
    ///   - positions: those whose next token is predicted; within 0..<tokens − 1.
    ///   - workspace: one of this pass's that no other thread uses meanwhile.
    ///   - deliver: called for each condition and position: 0 is the unmodified run, i + 1 is `conditions[i]`; of one condition positions
    ///     rise. It may throw to stop.
    /// - Throws: `ModelError` for tokens outside the vocabulary and rows that are too long; what `deliver` throws.
    public func measure(
        _ row: TokenRow, at positions: Range<Int>, workspace: InterventionWorkspace,
        deliver: (_ condition: Int, _ position: Int, _ measures: PredictionMeasures) throws -> Void
    ) throws {
        precondition(positions.lowerBound >= 0 && positions.upperBound < max(1, row.tokens.count), "positions without a next token")
        try model.embed(row, into: workspace.transformer)
        let context = row.tokens.count
        runUnmodified(context: context, in: workspace)
        try measureLastLayer(row, at: positions, in: workspace, deliver)
        for (index, neuron) in groups.neurons.enumerated() where neuron.layer < last {
            for change in neuron.changes {
                fillShifts(of: change, neuron: index, context: context, in: workspace)
                begin(behind: neuron, context: context, in: workspace)
                for layer in neuron.layer + 1...last { unembedding.run(layer, context: context, in: workspace.transformer) }
                try measure(change, row, at: positions, in: workspace, deliver)
            }
        }
    }

    // MARK: The residual stream

    /// All blocks; what changes begin from is kept.
    private func runUnmodified(context: Int, in workspace: InterventionWorkspace) {
        let (transformer, kept) = (workspace.transformer, keptLayers)
        let size = workspace.context * model.shape.width
        for layer in 0...last {
            unembedding.run(layer, context: context, in: transformer) {
                for (index, neuron) in groups.neurons.enumerated() where neuron.layer == layer {
                    keep(neuron, at: index, context: context, in: workspace)
                }
            }
            if let place = kept.firstIndex(of: layer) {
                (workspace.residuals.pointer + place * size).update(from: transformer.residual, count: context * model.shape.width)
            }
        }
    }

    /// What a neuron gives, and where a change asks for it what goes into it: norm(residual) · w_in + bias, once more for it alone.
    private func keep(_ neuron: InterventionGroups.Neuron, at index: Int, context: Int, in workspace: InterventionWorkspace) {
        let (width, mlp) = (model.shape.width, model.shape.mlpWidth)
        let transformer = workspace.transformer
        let outputs = workspace.outputs.pointer + index * workspace.context
        for position in 0..<context { outputs[position] = transformer.neurons[position * mlp + neuron.neuron] }
        guard neuron.readsInput else { return }
        let up = unembedding.block(neuron.layer).up
        let inputs = workspace.inputs.pointer + index * workspace.context
        Gemm.multiply(context, 1, width, transformer.mixed, lda: width, up.matrix + neuron.neuron, ldb: mlp, into: inputs, ldc: 1)
        for position in 0..<context { inputs[position] += up.bias[neuron.neuron] }
    }

    /// What a change adds to its neuron's output at each position.
    private func fillShifts(of change: InterventionGroups.Change, neuron index: Int, context: Int, in workspace: InterventionWorkspace) {
        let intervention = change.intervention
        let outputs = workspace.outputs.pointer + index * workspace.context
        let shifts = workspace.shifts.pointer
        switch intervention.place {
        case .post:
            for position in 0..<context { shifts[position] = intervention.changed(outputs[position]) - outputs[position] }
        case .pre:
            let inputs = workspace.inputs.pointer + index * workspace.context
            let changed = workspace.changed.pointer
            for position in 0..<context { changed[position] = intervention.changed(inputs[position]) }
            model.applyActivation(changed, zeros: workspace.zeros.pointer, count: context)
            for position in 0..<context {
                // What stays as it is adds nothing, however the product above was rounded.
                let isSame = intervention.changed(inputs[position]) == inputs[position]
                shifts[position] = isSame ? 0 : changed[position] - outputs[position]
            }
        }
    }

    /// The residual stream behind a neuron's layer, with its change.
    private func begin(behind neuron: InterventionGroups.Neuron, context: Int, in workspace: InterventionWorkspace) {
        guard let place = keptLayers.firstIndex(of: neuron.layer) else { return }
        let width = model.shape.width
        let kept = workspace.residuals.pointer + place * workspace.context * width
        let output = unembedding.output(ofLayer: neuron.layer, neuron: neuron.neuron)
        let (residual, shifts) = (workspace.transformer.residual, workspace.shifts.pointer)
        for position in 0..<context {
            let (source, target, shift) = (kept + position * width, residual + position * width, shifts[position])
            for d in 0..<width { target[d] = source[d] + shift * output[d] }
        }
    }

    // MARK: Predictions

    private func reduction(in workspace: InterventionWorkspace) -> PredictionReduction {
        let (vocabulary, scratch) = (model.shape.vocabularySize, workspace.logits.pointer)
        return PredictionReduction(
            vocabulary: vocabulary, bias: unembedding.bias.pointer, unigram: unigram, logits: scratch, differences: scratch + vocabulary,
            exponentials: scratch + 2 * vocabulary)
    }

    /// The unmodified run, and the changes in the last layer.
    private func measureLastLayer(
        _ row: TokenRow, at positions: Range<Int>, in workspace: InterventionWorkspace,
        _ deliver: (Int, Int, PredictionMeasures) throws -> Void
    ) throws {
        let (reduction, norm, vocabulary) = (reduction(in: workspace), unembedding.finalNorm, model.shape.vocabularySize)
        let width = model.shape.width
        try Unembedding.forEachPanel(of: positions) { panel in
            unembedding.fillProducts(of: panel, in: workspace.transformer, into: workspace.products.pointer) { workspace.scales[$0] = $1 }
            for position in panel {
                let scale = workspace.scales[position]
                reduction.fill(
                    workspace.products.pointer + (position - panel.lowerBound) * vocabulary, inverse: Float(1 / scale))
                workspace.components[position] = reduction.component()
                try deliver(0, position, reduction.measures(of: Int(row.tokens[position + 1]), scale: scale))
            }
            for (index, neuron) in groups.neurons.enumerated() where neuron.layer == last {
                let output = unembedding.output(ofLayer: neuron.layer, neuron: neuron.neuron)
                for change in neuron.changes {
                    fillShifts(of: change, neuron: index, context: row.tokens.count, in: workspace)
                    for position in panel {
                        let shift = workspace.shifts.pointer[position]
                        try measure(
                            change, row, position, products: workspace.products.pointer + (position - panel.lowerBound) * vocabulary,
                            plus: shift, times: directions[index]?.pointer,
                            scale: norm.scale(of: workspace.transformer.residual + position * width, plus: shift, times: output),
                            in: workspace, reduction, deliver)
                    }
                }
            }
        }
    }

    /// A change of an earlier layer, whose residual stream has come to the end.
    private func measure(
        _ change: InterventionGroups.Change, _ row: TokenRow, at positions: Range<Int>, in workspace: InterventionWorkspace,
        _ deliver: (Int, Int, PredictionMeasures) throws -> Void
    ) throws {
        let (reduction, vocabulary) = (reduction(in: workspace), model.shape.vocabularySize)
        try Unembedding.forEachPanel(of: positions) { panel in
            var scales: [Double] = []
            unembedding.fillProducts(of: panel, in: workspace.transformer, into: workspace.products.pointer) { scales.append($1) }
            for (place, position) in panel.enumerated() {
                try measure(
                    change, row, position, products: workspace.products.pointer + place * vocabulary, plus: 0, times: nil,
                    scale: scales[place], in: workspace, reduction, deliver)
            }
        }
    }

    /// All endings of a change at one position.
    private func measure(
        _ change: InterventionGroups.Change, _ row: TokenRow, _ position: Int, products: UnsafePointer<Float>, plus shift: Float,
        times direction: UnsafePointer<Float>?, scale: Double, in workspace: InterventionWorkspace, _ reduction: PredictionReduction,
        _ deliver: (Int, Int, PredictionMeasures) throws -> Void
    ) throws {
        for ending in change.endings {
            let scale = ending.frozen == .norm ? workspace.scales[position] : scale
            reduction.fill(products, plus: shift, times: direction, inverse: Float(1 / scale))
            if ending.frozen == .frequency { reduction.move(by: workspace.components[position] - reduction.component()) }
            try deliver(ending.condition + 1, position, reduction.measures(of: Int(row.tokens[position + 1]), scale: scale))
        }
    }
}

extension TransformerModel {
    /// The nonlinearity alone, in place.
    ///
    /// - Parameter zeros: `[count]`, what is added first.
    fileprivate func applyActivation(_ values: UnsafeMutablePointer<Float>, zeros: UnsafePointer<Float>, count: Int) {
        switch configuration.activation {
        case .geluTanh: un_bias_gelu_tanh(values, zeros, values, 1, count)
        case .geluErf: un_bias_gelu_erf(values, zeros, values, 1, count)
        case .relu: un_bias_relu(values, zeros, values, 1, count)
        }
    }
}
