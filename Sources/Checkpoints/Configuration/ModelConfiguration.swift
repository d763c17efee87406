import SystemPackage

/// What a GPT-2 model's `config.json` says about its function.
///
/// Every field of the file is either honoured (it stands here), refused by name (it changes the function in a way that is not supported),
/// or on the list of fields that do not touch the activations (`ModelConfiguration.withoutEffect`). Fields that are absent have the
/// defaults of transformers' `GPT2Config`. A field that nobody knows is refused too.
///
/// ```swift
/// let configuration = try ModelConfiguration("gpt2/config.json")
/// print(configuration.layers, configuration.mlpWidth)
/// ```
public struct ModelConfiguration: Hashable, Codable, Sendable {
    /// `vocab_size`.
    public let vocabularySize: Int
    /// `n_positions`: the longest row.
    public let positions: Int
    /// `n_embd`, d_model: the width of the residual stream.
    public let width: Int
    /// `n_layer`.
    public let layers: Int
    /// `n_head`; divides `width`.
    public let heads: Int
    /// `n_inner`, d_mlp: neurons a layer; four times `width` when the file leaves it out.
    public let mlpWidth: Int
    /// `activation_function`.
    public let activation: ActivationFunction
    /// `layer_norm_epsilon`.
    public let layerNormEpsilon: Float
    /// `scale_attn_weights`: scores are divided by the root of the width of a head.
    public let scalesScores: Bool
    /// `scale_attn_by_inverse_layer_idx`: scores are divided by the layer's index + 1.
    public let scalesScoresByInverseLayer: Bool
    /// `tie_word_embeddings`: the unembedding is the embedding.
    public let tiesEmbeddings: Bool

    /// The width of a head.
    public var headWidth: Int { width / heads }

    /// Reads and checks a configuration file.
    ///
    /// - Throws: a `CheckpointError` that names the file, the field, what was found and what was expected.
    public init(_ file: FilePath) throws {
        var fields = try ConfigurationFields(try StrictJSONFile.parse(file), file: file)
        try fields.refuseWhatChangesTheFunction()
        vocabularySize = try fields.size("vocab_size", default: 50257, most: 1 << 31 - 1)
        positions = try fields.size("n_positions", alias: "max_position_embeddings", default: 1024, most: 1 << 24)
        width = try fields.size("n_embd", alias: "hidden_size", default: 768, most: 1 << 20)
        layers = try fields.size("n_layer", alias: "num_hidden_layers", default: 12, most: 1 << 14)
        heads = try fields.size("n_head", alias: "num_attention_heads", default: 12, most: 1 << 20)
        mlpWidth = try fields.optionalSize("n_inner", most: 1 << 20) ?? 4 * width
        guard width % heads == 0 else {
            throw CheckpointError.contradiction(
                file: file, field: "n_head", found: "\(heads)", other: "n_embd", otherFound: "\(width), no multiple of it")
        }
        if let legacy = try fields.optionalSize("n_ctx", most: 1 << 24), legacy != positions {
            throw CheckpointError.contradiction(
                file: file, field: "n_ctx", found: "\(legacy)", other: "n_positions", otherFound: "\(positions)")
        }
        activation = try fields.activation("activation_function")
        layerNormEpsilon = try fields.positive("layer_norm_epsilon", default: 1e-5)
        scalesScores = try fields.flag("scale_attn_weights", default: true)
        scalesScoresByInverseLayer = try fields.flag("scale_attn_by_inverse_layer_idx", default: false)
        tiesEmbeddings = try fields.flag("tie_word_embeddings", default: true)
        // Only the order of a multiplication and the precision of scores in half-precision training: nothing in exact arithmetic.
        _ = try fields.flag("reorder_and_upcast_attn", default: false)
        try fields.refuseUnknown(except: Self.withoutEffect)
    }

    /// The deciding fields in a fixed text, part of a model's content digest.
    var canonicalText: String {
        """
        vocabulary \(vocabularySize)
        positions \(positions)
        width \(width)
        layers \(layers)
        heads \(heads)
        mlp \(mlpWidth)
        activation \(activation.rawValue)
        epsilon \(layerNormEpsilon.bitPattern)
        scores \(scalesScores ? 1 : 0) \(scalesScoresByInverseLayer ? 1 : 0)
        tied \(tiesEmbeddings ? 1 : 0)

        """
    }
}
