import CKernels
import Checkpoints
import Kernels
import Statistics

/// A transformer as a source of activations: for each layer the outputs of the MLP's nonlinearity, `[context, d_mlp]`.
///
/// One forward pass serves every architecture. What differs is in the configuration (positions that are embedded or turn queries and keys,
/// attention and MLP one after the other or side by side) and in how weights are read.
///
/// A row of the corpus is computed alone, in one thread, with matrix products over a panel that is exactly this row: so its activations are
/// the same bits whatever the other rows and however many threads there are. Weights are float32 and shared by all threads.
///
/// ```swift
/// let model = try TransformerModel(id: "a", folder: ModelFolder("models/demo-gpt2-a"))
/// let workspace = try model.makeWorkspace(context: 256)
/// try model.activations(of: row, through: 3, workspace: workspace) { layer, values in … }
/// ```
public final class TransformerModel: ActivationSource {
    public let id: String
    /// The model's sizes and costs.
    public let shape: ModelShape
    /// How many layers are loaded: those from 0 on that can be asked for.
    public let loadedLayers: Int
    /// One group a layer, for all layers of the model, loaded or not.
    public let columnGroups: [ColumnGroup]

    let configuration: ModelConfiguration
    let weights: TransformerWeights

    /// Loads a model.
    ///
    /// - Parameters:
    ///   - id: the model's name in the run.
    ///   - folder: the checkpoint.
    ///   - throughLayer: the last layer that will ever be asked for; weights above it are not loaded. nil: all.
    ///   - team: threads that share the loading.
    /// - Throws: a `CheckpointError` when a weight is NaN or infinite, a `ModelError` when there is no such layer.
    public init(id: String, folder: ModelFolder, throughLayer: Int? = nil, team: ThreadTeam = ThreadTeam(count: 1)) throws {
        let shape = ModelShape(folder.configuration)
        let last = throughLayer ?? shape.layers - 1
        guard (0..<shape.layers).contains(last) else { throw ModelError.layerNotLoaded(model: id, layer: last, loaded: shape.layers) }
        self.id = id
        self.shape = shape
        configuration = folder.configuration
        loadedLayers = last + 1
        columnGroups = (0..<shape.layers).map { ColumnGroup(source: id, layer: $0, columns: shape.mlpWidth) }
        weights = try TransformerWeights(folder, through: last, team: team)
    }

    public var isBinary: Bool { false }

    public func makeWorkspace(context: Int) throws -> ActivationWorkspace {
        guard context > 0 else { throw ModelError.emptyContext(model: id) }
        guard context <= shape.positions else {
            throw ModelError.contextTooLong(model: id, context: context, positions: shape.positions)
        }
        return TransformerWorkspace(shape, context: context)
    }

    public func activations(
        of row: TokenRow, through layer: Int, workspace: ActivationWorkspace,
        deliver: (_ layer: Int, _ values: UnsafePointer<Float>) throws -> Void
    ) throws {
        try pass(over: row, through: layer, workspace: workspace, observe: nil, deliver: deliver)
    }

    public func activations(
        of row: TokenRow, through layer: Int, workspace: ActivationWorkspace, observe: @escaping PreActivationObserver,
        deliver: (_ layer: Int, _ values: UnsafePointer<Float>) throws -> Void
    ) throws {
        try pass(over: row, through: layer, workspace: workspace, observe: observe, deliver: deliver)
    }

    private func pass(
        over row: TokenRow, through layer: Int, workspace: ActivationWorkspace, observe: PreActivationObserver?,
        deliver: (_ layer: Int, _ values: UnsafePointer<Float>) throws -> Void
    ) throws {
        guard (0..<loadedLayers).contains(layer) else { throw ModelError.layerNotLoaded(model: id, layer: layer, loaded: loadedLayers) }
        guard let workspace = workspace as? TransformerWorkspace, workspace.shape == shape else {
            preconditionFailure("a workspace of another source")
        }
        try embed(row, into: workspace)
        for index in 0...layer {
            let block = weights.blocks[index]
            let context = row.tokens.count
            if !shape.isParallel { attend(block, layer: index, context: context, in: workspace) }
            if let observe {
                activate(block, layer: index, context: context, in: workspace, observe: observe)
            } else {
                activate(block, context: context, in: workspace)
            }
            try deliver(index, workspace.neurons)
            guard index < layer, let down = block.down else { continue }
            if shape.isParallel { attend(block, layer: index, context: context, in: workspace) }
            project(down, context: context, in: workspace)
        }
    }

    /// Starts the residual stream: the embedding of each token, plus that of its position where there is one.
    func embed(_ row: TokenRow, into workspace: TransformerWorkspace) throws {
        let context = row.tokens.count
        let width = shape.width
        guard context > 0 else { throw ModelError.emptyContext(model: id) }
        guard context <= workspace.context else {
            throw ModelError.contextTooLong(model: id, context: context, positions: workspace.context)
        }
        for position in 0..<context {
            let token = Int(row.tokens[position])
            guard token >= 0, token < shape.vocabularySize else {
                throw ModelError.tokenOutsideVocabulary(
                    model: id, row: row.index, position: position, token: token, vocabulary: shape.vocabularySize)
            }
            (workspace.residual + position * width).update(from: weights.tokens + token * width, count: width)
        }
        if let positions = weights.positions { un_add(positions, workspace.residual, context * width) }
    }

    /// residual += attention(norm(residual)).
    func attend(_ block: TransformerWeights.Block, layer: Int, context: Int, in workspace: TransformerWorkspace) {
        guard let attention = block.attention else { return }
        let width = shape.width
        normalise(attention.norm, context: context, in: workspace)
        Gemm.multiply(
            context, 3 * width, width, workspace.mixed, lda: width, attention.queryKeyValue.matrix, ldb: 3 * width,
            into: workspace.queryKeyValue, ldc: 3 * width)
        un_bias_add(workspace.queryKeyValue, attention.queryKeyValue.bias, workspace.queryKeyValue, context, 3 * width)
        if let rotations = workspace.rotations { rotate(by: rotations, context: context, in: workspace) }
        CausalAttention(width: width, heads: shape.heads, scale: scoreScale(layer: layer))
            .mix(workspace.queryKeyValue, context: context, scores: workspace.scores, into: workspace.mixed)
        add(attention.output, of: workspace.mixed, inputs: width, context: context, in: workspace)
    }

    /// Turns queries and keys by the angles of their positions.
    private func rotate(by rotations: RotaryTable, context: Int, in workspace: TransformerWorkspace) {
        for part in 0..<2 {
            un_rotate(
                workspace.queryKeyValue + part * shape.width, 3 * shape.width, rotations.cosines, rotations.sines, context, shape.heads,
                configuration.headWidth, rotations.pairs)
        }
    }

    /// neurons = activation(norm(residual) · up + bias).
    func activate(_ block: TransformerWeights.Block, context: Int, in workspace: TransformerWorkspace) {
        multiply(block, context: context, in: workspace)
        bend(workspace.neurons, block, rows: context)
    }

    /// The same, with what the nonlinearity is given shown to an observer band by band.
    private func activate(
        _ block: TransformerWeights.Block, layer: Int, context: Int, in workspace: TransformerWorkspace, observe: PreActivationObserver
    ) {
        multiply(block, context: context, in: workspace)
        for start in stride(from: 0, to: context, by: Self.bandRows) {
            let positions = start..<min(start + Self.bandRows, context)
            let band = workspace.neurons + start * shape.mlpWidth
            observe(PreActivationBand(layer: layer, positions: positions, products: band, bias: block.up.bias))
            bend(band, block, rows: positions.count)
        }
    }

    /// Positions of a band: 32 of GPT-2 small's 3,072 neurons are 400 KB, less than a core's second-level cache.
    private static let bandRows = 32

    /// neurons = norm(residual) · up.
    private func multiply(_ block: TransformerWeights.Block, context: Int, in workspace: TransformerWorkspace) {
        let (width, mlp) = (shape.width, shape.mlpWidth)
        normalise(block.mlpNorm, context: context, in: workspace)
        Gemm.multiply(context, mlp, width, workspace.mixed, lda: width, block.up.matrix, ldb: mlp, into: workspace.neurons, ldc: mlp)
    }

    /// neurons = activation(neurons + bias) of some positions, in place.
    ///
    /// Tried: this and the standardised store by bands of 16 positions, while they are in the second-level cache, in place of one behind the
    /// other over all 512: together 1.6 % of the time of a layer's products instead of 2.3 % (GPT-2 small, one thread of a busy AMD EPYC with
    /// AVX-512, by processor time, medians). Of the operations of a run of five such models passes are a thirteenth: sources that deliver by
    /// bands would save it 0.05 %.
    private func bend(_ neurons: UnsafeMutablePointer<Float>, _ block: TransformerWeights.Block, rows: Int) {
        switch configuration.activation {
        case .geluTanh: un_bias_gelu_tanh(neurons, block.up.bias, neurons, rows, shape.mlpWidth)
        case .geluErf: un_bias_gelu_erf(neurons, block.up.bias, neurons, rows, shape.mlpWidth)
        case .relu: un_bias_relu(neurons, block.up.bias, neurons, rows, shape.mlpWidth)
        }
    }

    /// residual += neurons · down + bias.
    func project(_ down: TransformerWeights.Affine, context: Int, in workspace: TransformerWorkspace) {
        add(down, of: workspace.neurons, inputs: shape.mlpWidth, context: context, in: workspace)
    }

    /// residual += values · matrix + bias: the product is accumulated where the sum is wanted.
    func add(
        _ affine: TransformerWeights.Affine, of values: UnsafePointer<Float>, inputs: Int, context: Int, in workspace: TransformerWorkspace
    ) {
        let width = shape.width
        un_bias_add(workspace.residual, affine.bias, workspace.residual, context, width)
        Gemm.multiply(
            context, width, inputs, values, lda: inputs, affine.matrix, ldb: width, into: workspace.residual, ldc: width, accumulate: true)
    }

    /// mixed = norm(residual).
    func normalise(_ norm: TransformerWeights.Norm, context: Int, in workspace: TransformerWorkspace) {
        un_layer_norm(
            workspace.residual, norm.gain, norm.offset, workspace.mixed, context, shape.width, configuration.layerNormEpsilon)
    }

    /// What scores are multiplied with: 1/√(width of a head), over layer + 1 where the configuration says so.
    func scoreScale(layer: Int) -> Float {
        let scale = configuration.scalesScores ? 1 / Double(configuration.headWidth).squareRoot() : 1
        return Float(configuration.scalesScoresByInverseLayer ? scale / Double(layer + 1) : scale)
    }
}
