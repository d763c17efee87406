import CKernels
import Checkpoints
import Kernels

/// k_BOS: the key that each head gives the first token of a row, which depends on nothing behind it (SPEC 8).
///
/// It is computed from processed weights by a row of that token alone, with the key's bias. Rotary embeddings leave position 0 as it is.
public struct BeginningKeys: Sendable {
    /// The token at position 0.
    public let token: Int
    /// `[layers, heads, head width]`.
    public let values: [Float]
    /// Heads of a layer.
    public let heads: Int
    /// The width of a head.
    public let headWidth: Int

    /// Computes the keys of all layers.
    ///
    /// - Parameters:
    ///   - token: what rows of the corpus begin with.
    ///   - check: asked before each layer; what it throws ends the work.
    /// - Throws: `ModelError.tokenOutsideVocabulary`; a `CheckpointError`.
    public init(_ weights: ProcessedWeights, token: Int, check: () throws -> Void = {}) throws {
        let configuration = weights.configuration
        let (width, neurons) = (configuration.width, configuration.mlpWidth)
        guard (0..<configuration.vocabularySize).contains(token) else {
            throw ModelError.tokenOutsideVocabulary(
                model: weights.folder.path.lastComponent?.string ?? "", row: 0, position: 0, token: token,
                vocabulary: configuration.vocabularySize)
        }
        self.token = token
        heads = configuration.heads
        headWidth = configuration.headWidth
        let (ones, zeros) = (FloatBuffer(count: width), FloatBuffer(count: width))
        ones.pointer.update(repeating: 1, count: width)
        let residual = FloatBuffer(count: width)
        // Held until its row is copied: the pointer of a buffer that nobody holds dangles at once.
        let embedding = try weights.embedding()
        withExtendedLifetime(embedding) { residual.pointer.update(from: embedding.pointer + token * width, count: width) }
        if let positions = try weights.positions() { un_add(positions.pointer, residual.pointer, width) }
        let (read, mixed, active) = (FloatBuffer(count: width), FloatBuffer(count: 3 * width), FloatBuffer(count: neurons))
        func normalise() { weights.norm.apply(residual.pointer, ones: ones, zeros: zeros, into: read.pointer, rows: 1, width: width) }
        var keys: [Float] = []
        for layer in 0..<configuration.layers {
            try check()
            let attention = try weights.attention(ofLayer: layer)
            normalise()
            Gemm.multiply(
                1, 3 * width, width, read.pointer, lda: width, attention.queryKeyValue.pointer, ldb: width, transposeB: true,
                into: mixed.pointer, ldc: 3 * width)
            un_bias_add(mixed.pointer, attention.queryKeyValueBias.pointer, mixed.pointer, 1, 3 * width)
            keys += UnsafeBufferPointer(start: mixed.pointer + width, count: width)
            guard layer + 1 < configuration.layers else { break }
            // The only token attends to itself alone: what the heads give are its values.
            func attend() {
                un_add(attention.outputBias.pointer, residual.pointer, width)
                Gemm.multiply(
                    1, width, width, mixed.pointer + 2 * width, lda: width, attention.output.pointer, ldb: width, into: residual.pointer,
                    ldc: width, accumulate: true)
            }
            let mlp = try weights.mlp(ofLayer: layer)
            if !configuration.isParallel {
                attend()
                normalise()
            }
            Gemm.multiply(
                1, neurons, width, read.pointer, lda: width, mlp.input.pointer, ldb: width, transposeB: true, into: active.pointer,
                ldc: neurons)
            configuration.activation.apply(active.pointer, bias: mlp.inputBias.pointer, rows: 1, columns: neurons)
            if configuration.isParallel { attend() }
            un_add(mlp.outputBias.pointer, residual.pointer, width)
            Gemm.multiply(
                1, width, neurons, active.pointer, lda: neurons, mlp.output.pointer, ldb: width, into: residual.pointer, ldc: width,
                accumulate: true)
        }
        values = keys
    }

    /// The key of a head, `[head width]`.
    public func key(ofLayer layer: Int, head: Int) -> ArraySlice<Float> {
        let first = (layer * heads + head) * headWidth
        return values[first..<first + headWidth]
    }
}

extension ActivationFunction {
    /// The nonlinearity of values with their biases, in place: `[rows, columns]`.
    fileprivate func apply(_ values: UnsafeMutablePointer<Float>, bias: UnsafePointer<Float>, rows: Int, columns: Int) {
        switch self {
        case .geluTanh: un_bias_gelu_tanh(values, bias, values, rows, columns)
        case .geluErf: un_bias_gelu_erf(values, bias, values, rows, columns)
        case .relu: un_bias_relu(values, bias, values, rows, columns)
        }
    }
}
