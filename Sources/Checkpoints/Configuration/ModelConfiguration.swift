import SystemPackage

/// What a model's `config.json` says about its function.
///
/// Every field of the file is either honoured (it stands here), refused by name (it changes the function in a way that is not supported),
/// or on the list of fields that do not touch the activations (`ModelConfiguration.withoutEffect`). Fields that are absent have the
/// defaults of transformers' class for the architecture. A field that nobody knows is refused too.
///
/// ```swift
/// let configuration = try ModelConfiguration("gpt2/config.json")
/// print(configuration.layers, configuration.mlpWidth)
/// ```
public struct ModelConfiguration: Hashable, Codable, Sendable {
    /// `model_type`.
    public let architecture: Architecture
    /// `vocab_size`.
    public let vocabularySize: Int
    /// The longest row.
    public let positions: Int
    /// d_model: the width of the residual stream.
    public let width: Int
    /// The number of blocks.
    public let layers: Int
    /// Attention heads of a layer; divides `width`.
    public let heads: Int
    /// d_mlp: neurons a layer.
    public let mlpWidth: Int
    /// The nonlinearity of the MLP.
    public let activation: ActivationFunction
    /// What layer norms add to a variance.
    public let layerNormEpsilon: Float
    /// Whether scores are divided by the root of the width of a head.
    public let scalesScores: Bool
    /// Whether scores are divided by the layer's index + 1.
    public let scalesScoresByInverseLayer: Bool
    /// Whether the unembedding is the embedding.
    public let tiesEmbeddings: Bool
    /// How queries and keys are turned; nil for a model with position embeddings.
    public let rotary: RotaryEmbedding?
    /// Whether attention and MLP of a block read the same residual stream, and are added to it together.
    public let isParallel: Bool
    /// Whether the matrices of the attention have biases.
    public let hasAttentionBias: Bool

    /// The width of a head.
    public var headWidth: Int { width / heads }

    /// Reads and checks a configuration file.
    ///
    /// - Throws: a `CheckpointError` that names the file, the field, what was found and what was expected;
    ///   `StorageError.tooLarge`.
    public init(_ file: FilePath) throws {
        let json = try StrictJSONFile.parse(file, most: StrictJSONFile.longestConfiguration)
        var fields = try ConfigurationFields(json, file: file)
        let architecture = try fields.architecture()
        try fields.refuseWhatChangesTheFunction()
        switch architecture {
        case .gpt2: try self.init(gpt2: &fields)
        case .gptNeoX: try self.init(gptNeoX: &fields)
        }
        try fields.refuseUnknown(except: Self.withoutEffect)
    }

    /// The fields of transformers' `GPT2Config`.
    private init(gpt2 fields: inout ConfigurationFields) throws {
        architecture = .gpt2
        vocabularySize = try fields.size("vocab_size", default: 50257, most: Self.mostTokens)
        positions = try fields.size("n_positions", alias: "max_position_embeddings", default: 1024, most: Self.mostPositions)
        width = try fields.size("n_embd", alias: "hidden_size", default: 768, most: Self.mostWidth)
        layers = try fields.size("n_layer", alias: "num_hidden_layers", default: 12, most: Self.mostLayers)
        heads = try fields.heads("n_head", alias: "num_attention_heads", default: 12, of: "n_embd", width: width)
        mlpWidth = try fields.optionalSize("n_inner", most: Self.mostWidth) ?? 4 * width
        try fields.refuse("n_ctx", unlessEqual: positions, "n_positions", most: Self.mostPositions)
        activation = try fields.activation("activation_function", default: .geluTanh)
        layerNormEpsilon = try fields.positive(architecture.normEpsilonField, default: 1e-5)
        scalesScores = try fields.flag("scale_attn_weights", default: true)
        scalesScoresByInverseLayer = try fields.flag("scale_attn_by_inverse_layer_idx", default: false)
        tiesEmbeddings = try fields.flag("tie_word_embeddings", default: true)
        // Only the order of a multiplication and the precision of scores in half-precision training: nothing in exact arithmetic.
        _ = try fields.flag("reorder_and_upcast_attn", default: false)
        rotary = nil
        isParallel = false
        hasAttentionBias = true
    }

    /// The fields of transformers' `GPTNeoXConfig`.
    private init(gptNeoX fields: inout ConfigurationFields) throws {
        architecture = .gptNeoX
        vocabularySize = try fields.size("vocab_size", default: 50432, most: Self.mostTokens)
        positions = try fields.size("max_position_embeddings", default: 2048, most: Self.mostPositions)
        width = try fields.size("hidden_size", default: 6144, most: Self.mostWidth)
        layers = try fields.size("num_hidden_layers", default: 44, most: Self.mostLayers)
        heads = try fields.heads("num_attention_heads", default: 64, of: "hidden_size", width: width)
        mlpWidth = try fields.size("intermediate_size", default: 24576, most: Self.mostWidth)
        activation = try fields.activation("hidden_act", default: .geluErf)
        layerNormEpsilon = try fields.positive(architecture.normEpsilonField, default: 1e-5)
        scalesScores = true
        scalesScoresByInverseLayer = false
        tiesEmbeddings = try fields.flag("tie_word_embeddings", default: false)
        rotary = try fields.rotary(headWidth: width / heads)
        isParallel = try fields.flag("use_parallel_residual", default: true)
        hasAttentionBias = try fields.flag("attention_bias", default: true)
    }

    private static let mostTokens = 1 << 31 - 1
    private static let mostPositions = 1 << 24
    private static let mostWidth = 1 << 20
    /// What is planned and kept for each pair of layers is its square. Ten times the layers of the largest known.
    private static let mostLayers = 512

    /// The deciding fields in a fixed text, part of a model's content digest.
    var canonicalText: String {
        let common = """
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
        guard let rotary else { return common }
        return common
            + """
            architecture \(architecture.rawValue)
            rotary \(rotary.dimensions) \(rotary.base.bitPattern)
            parallel \(isParallel ? 1 : 0)
            attention bias \(hasAttentionBias ? 1 : 0)

            """
    }
}
