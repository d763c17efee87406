import CKernels
import Checkpoints
import Kernels
import Statistics

/// What neurons do to the attention of later heads by the path from one to the other alone (SPEC 8): at each position a neuron's output, its
/// activation times w_out, is taken from what the head's *query* is made of, and from nothing else. Keys and values are those of the
/// unmodified run, and the layer norm before the attention is applied again.
///
/// One forward pass serves all pairs, which cost little beside it. Weights of the heads are the processed ones: z has no part of the
/// values' bias, as in the paper. A row is computed alone, in one thread: the bits depend on nothing else.
///
/// ```swift
/// let ablation = try PathAblation(pairs, model: folder)
/// let samples = try ablation.samples(of: row, workspace: try ablation.makeWorkspace(context: 256))
/// ```
public struct PathAblation: Sendable {
    /// Tokens of a row that are looked at unless something else is said: the paper's.
    public static let usualContext = 256
    /// The first position that is looked at: before it most heads attend to position 0 for want of anything else.
    public static let usualFirst = 64

    /// What is measured.
    public let pairs: [NeuronHead]
    /// The first position that is looked at.
    public let first: Int

    private struct Head {
        let head: Int
        let weights: HeadWeights
        /// The places of its pairs, and of their neurons.
        let pairs: [(place: Int, neuron: Int)]
    }

    private struct Neuron: Hashable {
        let layer, neuron: Int
    }

    private let model: TransformerModel
    private let norm: ProcessedNorm
    private let neurons: [Neuron]
    /// w_out of each of them, `[neurons, width]`.
    private let outputs: FloatBuffer
    /// The heads of each layer up to the last one that has any.
    private let heads: [[Head]]

    /// Loads what the measurement of some pairs needs.
    ///
    /// - Parameters:
    ///   - pairs: at least one, each with a head of a later layer than the neuron's.
    ///   - first: the first position that is looked at.
    ///   - model: the checkpoint.
    ///   - id: the model's name in messages.
    ///   - team: threads that share the loading.
    /// - Throws: `ModelError.noSuchPath`; a `CheckpointError`.
    public init(
        _ pairs: [NeuronHead], from first: Int = usualFirst, model folder: ModelFolder, id: String = "",
        team: ThreadTeam = ThreadTeam(count: 1)
    ) throws {
        let weights = ProcessedWeights(folder)
        let configuration = weights.configuration
        for pair in pairs {
            guard pair.layer >= 0, pair.layer < pair.headLayer, pair.headLayer < configuration.layers,
                (0..<configuration.mlpWidth).contains(pair.neuron), (0..<configuration.heads).contains(pair.head)
            else {
                throw ModelError.noSuchPath(
                    model: id, pair, layers: configuration.layers, neurons: configuration.mlpWidth, heads: configuration.heads)
            }
        }
        let last = pairs.map(\.headLayer).max() ?? 0
        let neurons = Set(pairs.map { Neuron(layer: $0.layer, neuron: $0.neuron) }).sorted { ($0.layer, $0.neuron) < ($1.layer, $1.neuron) }
        let places = Dictionary(uniqueKeysWithValues: neurons.enumerated().map { ($1, $0) })
        outputs = FloatBuffer(count: neurons.count * configuration.width)
        for layer in Set(neurons.map(\.layer)).sorted() {
            let output = try weights.mlp(ofLayer: layer).output
            for (place, neuron) in neurons.enumerated() where neuron.layer == layer {
                (outputs.pointer + place * configuration.width).update(
                    from: output.pointer + neuron.neuron * configuration.width, count: configuration.width)
            }
        }
        heads = try (0...last).map { layer in
            let wanted = Set(pairs.filter { $0.headLayer == layer }.map(\.head)).sorted()
            guard !wanted.isEmpty else { return [] }
            let attention = try weights.attention(ofLayer: layer)
            return wanted.map { head in
                Head(
                    head: head,
                    weights: HeadWeights(attention, head: head, headWidth: configuration.headWidth, width: configuration.width),
                    pairs: pairs.enumerated().compactMap { place, pair in
                        guard pair.headLayer == layer, pair.head == head else { return nil }
                        return places[Neuron(layer: pair.layer, neuron: pair.neuron)].map { (place, $0) }
                    })
            }
        }
        self.pairs = pairs
        self.first = first
        self.neurons = neurons
        norm = weights.norm
        model = try TransformerModel(id: id, folder: folder, throughLayer: last, team: team)
    }

    /// Memory for one thread.
    ///
    /// - Parameter context: the longest row.
    /// - Throws: `ModelError.contextTooLong`, `.emptyContext`.
    public func makeWorkspace(context: Int) throws -> PathAblationWorkspace {
        guard let forward = try model.makeWorkspace(context: context) as? TransformerWorkspace else {
            throw ModelError.emptyContext(model: model.id)
        }
        return PathAblationWorkspace(forward, neurons: neurons.count)
    }

    /// The memory of one thread for rows of at most `context` tokens, in bytes.
    public func workspaceBytes(context: Int) -> Int {
        let shape = model.shape
        let floats = 2 * shape.width + 5 * (shape.width / shape.heads) + neurons.count
        return shape.workspaceBytes(context: context) + 4 * (context * floats + 2 * shape.width)
    }

    /// The memory that is kept beside the threads' scratch, in bytes: the model, and of the neurons and heads the weights.
    public var byteCount: Int {
        let heads = heads.joined().reduce(0) { $0 + $1.weights.byteCount }
        return model.shape.weightBytes(through: model.loadedLayers - 1) + 4 * outputs.count + heads
    }

    /// Measures the paths in a row.
    ///
    /// - Parameter workspace: of this ablation, for rows at least as long.
    /// - Returns: for each pair the samples of positions `first` and later, in order; none of a row that ends before.
    /// - Throws: `ModelError.tokenOutsideVocabulary`, `.contextTooLong`, `.emptyContext`.
    public func samples(of row: TokenRow, workspace: PathAblationWorkspace) throws -> [PathSamples] {
        let (forward, context) = (workspace.forward, row.tokens.count)
        var samples = Array(repeating: PathSamples(), count: pairs.count)
        try model.embed(row, into: forward)
        for (layer, heads) in heads.enumerated() {
            if !heads.isEmpty {
                norm.apply(
                    forward.residual, ones: workspace.ones, zeros: workspace.zeros, into: workspace.read.pointer, rows: context,
                    width: model.shape.width)
            }
            for head in heads { measure(head, layer: layer, context: context, in: workspace, into: &samples) }
            guard layer + 1 < self.heads.count else { break }
            let block = model.weights.blocks[layer]
            if !model.shape.isParallel { model.attend(block, layer: layer, context: context, in: forward) }
            model.activate(block, context: context, in: forward)
            for (place, neuron) in neurons.enumerated() where neuron.layer == layer {
                let target = workspace.activations.pointer + place * workspace.context
                for position in 0..<context { target[position] = forward.neurons[position * model.shape.mlpWidth + neuron.neuron] }
            }
            if model.shape.isParallel { model.attend(block, layer: layer, context: context, in: forward) }
            if let down = block.down { model.project(down, context: context, in: forward) }
        }
        return samples
    }

    private func measure(
        _ head: Head, layer: Int, context: Int, in workspace: PathAblationWorkspace, into samples: inout [PathSamples]
    ) {
        let (read, weights, scale) = (workspace.read.pointer, head.weights, model.scoreScale(layer: layer))
        project(read, by: weights.query, bias: weights.queryBias, from: 0, to: context, in: workspace, into: workspace.query)
        project(read, by: weights.key, bias: weights.keyBias, from: 0, to: context, in: workspace, into: workspace.key)
        multiply(read, by: weights.value, from: 0, to: context, into: workspace.value)
        let whole = attend(workspace.query, context: context, scale: scale, in: workspace)
        for (place, neuron) in head.pairs {
            let active = UnsafePointer(workspace.activations.pointer + neuron * workspace.context)
            let ablated = ablate(neuron, active: active, head: head, context: context, scale: scale, in: workspace)
            let positions = min(first, context)..<context
            samples[place] = PathSamples(
                activation: positions.map { active[$0] }, attention: positions.map { whole.attention[$0] },
                attentionChange: positions.map { ablated.attention[$0] - whole.attention[$0] },
                norm: positions.map { Float(whole.norm[$0]) }, normChange: positions.map { Float(ablated.norm[$0] - whole.norm[$0]) })
        }
    }

    /// The head's attention to position 0 and the length of its output, with queries that a neuron's output is taken from.
    private func ablate(
        _ neuron: Int, active: UnsafePointer<Float>, head: Head, context: Int, scale: Float, in workspace: PathAblationWorkspace
    ) -> (attention: [Float], norm: [Double]) {
        let (width, start) = (model.shape.width, min(first, context))
        let output = outputs.pointer + neuron * width
        let changed = workspace.changed.pointer
        for position in start..<context {
            let (source, target) = (workspace.forward.residual + position * width, changed + position * width)
            for d in 0..<width { target[d] = source[d] - active[position] * output[d] }
        }
        norm.apply(
            changed + start * width, ones: workspace.ones, zeros: workspace.zeros, into: changed + start * width, rows: context - start,
            width: width)
        workspace.ablatedQuery.pointer.update(from: workspace.query.pointer, count: workspace.query.count)
        project(
            changed, by: head.weights.query, bias: head.weights.queryBias, from: start, to: context, in: workspace,
            into: workspace.ablatedQuery)
        return attend(workspace.ablatedQuery, context: context, scale: scale, in: workspace)
    }

    /// Queries or keys of some positions, turned where the model turns them.
    private func project(
        _ rows: UnsafePointer<Float>, by matrix: FloatBuffer, bias: FloatBuffer, from start: Int, to end: Int,
        in workspace: PathAblationWorkspace, into result: FloatBuffer
    ) {
        multiply(rows, by: matrix, from: start, to: end, into: result)
        let headWidth = bias.count
        let target = result.pointer + start * headWidth
        un_bias_add(target, bias.pointer, target, end - start, headWidth)
        guard let rotations = workspace.forward.rotations else { return }
        un_rotate(
            target, headWidth, rotations.cosines + start * rotations.pairs, rotations.sines + start * rotations.pairs, end - start, 1,
            headWidth, rotations.pairs)
    }

    private func multiply(_ rows: UnsafePointer<Float>, by matrix: FloatBuffer, from start: Int, to end: Int, into result: FloatBuffer) {
        let width = model.shape.width
        let headWidth = matrix.count / width
        Gemm.multiply(
            end - start, headWidth, width, rows + start * width, lda: width, matrix.pointer, ldb: width, transposeB: true,
            into: result.pointer + start * headWidth, ldc: headWidth)
    }

    /// For each position the attention to position 0, and the length of what the head gives.
    private func attend(
        _ query: FloatBuffer, context: Int, scale: Float, in workspace: PathAblationWorkspace
    ) -> (attention: [Float], norm: [Double]) {
        let (scores, headWidth) = (workspace.forward.scores, model.shape.width / model.shape.heads)
        Gemm.multiply(
            context, context, headWidth, query.pointer, lda: headWidth, workspace.key.pointer, ldb: headWidth, transposeB: true,
            into: scores, ldc: context)
        un_causal_softmax(scores, context, context, scale)
        Gemm.multiply(
            context, headWidth, context, scores, lda: context, workspace.value.pointer, ldb: headWidth, into: workspace.output.pointer,
            ldc: headWidth)
        let lengths = (0..<context).map { position in
            var squares = 0.0
            for d in 0..<headWidth {
                let value = Double(workspace.output.pointer[position * headWidth + d])
                squares += value * value
            }
            return squares.squareRoot()
        }
        return ((0..<context).map { scores[$0 * context] }, lengths)
    }
}
