import Checkpoints
import Kernels

/// The weights of a model after norms, means and biases were folded, which changes no output (SPEC 3): what all statistics of weights use,
/// and what TransformerLens gives with its defaults.
///
/// Layer norms are folded into the weights that read their output, reading weights lose each row's mean, and so do writing weights, W_E,
/// the embedding of positions, b_O and b_out. The unembedding is centred over the vocabulary as well, which moves all logits of a position
/// by one number; the final norm's offset becomes b_U, less its mean; b_V is folded into b_O.
///
/// One layer is read and folded at a time; nothing stays here.
///
/// ```swift
/// let weights = ProcessedWeights(try ModelFolder("gpt2"))
/// let mlp = try weights.mlp(ofLayer: 3)          // mlp.input.pointer: [neurons, d_model]
/// let unembedding = try weights.unembedding(team: .allCores)
/// ```
public struct ProcessedWeights: Sendable {
    /// The neurons of a layer.
    public struct MLP: Sendable {
        /// W_in, a row for each neuron: `[neurons, d_model]`.
        public let input: FloatBuffer
        /// b_in, `[neurons]`.
        public let inputBias: FloatBuffer
        /// W_out, `[neurons, d_model]`.
        public let output: FloatBuffer
        /// b_out, `[d_model]`.
        public let outputBias: FloatBuffer
    }

    /// The attention of a layer.
    public struct Attention: Sendable {
        /// W_Q, W_K and W_V one below the other, each head after head: `[3 · d_model, d_model]`.
        public let queryKeyValue: FloatBuffer
        /// b_Q, b_K and b_V, `[3 · d_model]`; b_V is 0.
        public let queryKeyValueBias: FloatBuffer
        /// W_O, a row for each value: `[d_model, d_model]`.
        public let output: FloatBuffer
        /// b_O, `[d_model]`.
        public let outputBias: FloatBuffer
    }

    /// What turns the last layer into logits.
    public struct Unembedding: Sendable {
        /// W_U, a row for each token: `[vocabulary, d_model]`.
        public let matrix: FloatBuffer
        /// b_U, `[vocabulary]`.
        public let bias: FloatBuffer
    }

    /// The sizes of the model, and what else its function depends on.
    public var configuration: ModelConfiguration { folder.configuration }
    /// What its layer norms still do.
    public let norm: ProcessedNorm

    let folder: ModelFolder
    let layout: ModelTensors

    /// The weights of a model.
    public init(_ folder: ModelFolder) {
        self.folder = folder
        layout = ModelTensors(folder.configuration)
        norm = ProcessedNorm(folder.configuration)
    }

    /// Whether the model has an unembedding, its own or the embedding.
    public var hasUnembedding: Bool { (try? folder.unembeddingName()) != nil }

    /// The neurons of a layer.
    ///
    /// - Throws: a `CheckpointError` for a weight that is NaN or infinite; `ModelError.layerNotLoaded` for a layer that there is not.
    public func mlp(ofLayer layer: Int) throws -> MLP {
        let block = try block(layer)
        let (width, neurons) = (configuration.width, configuration.mlpWidth)
        let (input, inputBias) = (try reading(block.up, outputs: neurons), try bias(block.up))
        try fold(block.mlpNorm, into: input, bias: inputBias, rows: neurons)
        let (output, outputBias) = (try writing(block.down, inputs: neurons), try bias(block.down))
        WeightFold.centreRows(output.pointer, rows: neurons, width: width)
        WeightFold.centreRows(outputBias.pointer, rows: 1, width: width)
        return MLP(input: input, inputBias: inputBias, output: output, outputBias: outputBias)
    }

    /// The attention of a layer.
    ///
    /// - Throws: as ``mlp(ofLayer:)``.
    public func attention(ofLayer layer: Int) throws -> Attention {
        let block = try block(layer)
        let width = configuration.width
        let (matrix, bias) = (try heads(block.queryKeyValue), try headBias(block.queryKeyValue))
        try fold(block.attentionNorm, into: matrix, bias: bias, rows: 3 * width)
        let (output, outputBias) = (try writing(block.attentionOutput, inputs: width), try self.bias(block.attentionOutput))
        WeightFold.centreRows(output.pointer, rows: width, width: width)
        WeightFold.centreRows(outputBias.pointer, rows: 1, width: width)
        let values = bias.pointer + 2 * width
        WeightFold.addValues(values, through: output.pointer, rows: width, width: width, to: outputBias.pointer)
        values.update(repeating: 0, count: width)
        return Attention(queryKeyValue: matrix, queryKeyValueBias: bias, output: output, outputBias: outputBias)
    }

    /// W_E, centred: `[vocabulary, d_model]`.
    ///
    /// - Throws: a `CheckpointError`.
    public func embedding(team: ThreadTeam = ThreadTeam(count: 1)) throws -> FloatBuffer {
        let matrix = try read(layout.tokens)
        let width = configuration.width
        _ = try mapRuns(team) { first, rows in
            WeightFold.centreRows(matrix.pointer + first * width, rows: rows, width: width)
        }
        return matrix
    }

    /// The embedding of positions, centred: `[positions, d_model]`; nil for a model that turns queries and keys instead.
    ///
    /// - Throws: a `CheckpointError`.
    public func positions() throws -> FloatBuffer? {
        try layout.positions.map { tensor in
            let matrix = try read(tensor)
            WeightFold.centreRows(matrix.pointer, rows: configuration.positions, width: configuration.width)
            return matrix
        }
    }

    /// W_U and b_U.
    ///
    /// - Parameter team: threads that share the rows; the bits do not depend on how many.
    /// - Throws: `CheckpointError.missingTensor` for a model without a head; other `CheckpointError`s.
    public func unembedding(team: ThreadTeam = ThreadTeam(count: 1)) throws -> Unembedding {
        let (vocabulary, width) = (configuration.vocabularySize, configuration.width)
        let isOwn = try folder.unembeddingName() == layout.unembedding.name
        let matrix = try read(isOwn ? layout.unembedding : layout.tokens)
        let bias = FloatBuffer(count: vocabulary)
        let (gain, offset) = (try read(layout.finalNorm.gain), try read(layout.finalNorm.offset))
        let sums = try mapRuns(team) { first, rows in
            let part = matrix.pointer + first * width
            WeightFold.addOffset(offset.pointer, through: part, rows: rows, width: width, to: bias.pointer + first)
            WeightFold.scale(part, by: gain.pointer, factor: norm.factor(configuration), rows: rows, width: width)
            WeightFold.centreRows(part, rows: rows, width: width)
            return WeightFold.sumOfRows(part, rows: rows, width: width)
        }
        // Always the same runs in the same order.
        let mean = (0..<width).map { d in sums.reduce(0.0) { $0 + $1[d] } / Double(vocabulary) }
        _ = try mapRuns(team) { first, rows in
            WeightFold.subtract(mean, from: matrix.pointer + first * width, rows: rows, width: width)
        }
        WeightFold.centreRows(bias.pointer, rows: 1, width: vocabulary)
        return Unembedding(matrix: matrix, bias: bias)
    }

    // MARK: Folding

    /// The offset with the weights as they are, then the gain, then the means.
    private func fold(_ norm: ModelTensors.Norm, into matrix: FloatBuffer, bias: FloatBuffer, rows: Int) throws {
        let (gain, offset) = (try read(norm.gain), try read(norm.offset))
        let width = configuration.width
        WeightFold.addOffset(offset.pointer, through: matrix.pointer, rows: rows, width: width, to: bias.pointer)
        WeightFold.scale(matrix.pointer, by: gain.pointer, factor: self.norm.factor(configuration), rows: rows, width: width)
        WeightFold.centreRows(matrix.pointer, rows: rows, width: width)
    }

    /// Tokens that a thread takes at a time: the runs decide in which order a mean over the vocabulary is summed.
    private static let run = 1_024

    private func mapRuns<Result: Sendable>(
        _ team: ThreadTeam, _ body: @Sendable (_ first: Int, _ rows: Int) -> Result
    ) throws -> [Result] {
        let vocabulary = configuration.vocabularySize
        return try team.map((vocabulary + Self.run - 1) / Self.run) { run, _ in
            body(run * Self.run, min(Self.run, vocabulary - run * Self.run))
        }
    }
}
