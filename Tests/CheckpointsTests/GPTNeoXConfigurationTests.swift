import Checkpoints
import SmallRuns
import Testing

@Suite("config.json of GPT-NeoX")
struct GPTNeoXConfigurationTests {
    private func configuration(_ fields: String) throws -> ModelConfiguration {
        let folder = try TemporaryFolder()
        return try ModelConfiguration(try folder.write("{\"model_type\": \"gpt_neox\"\(fields)}", to: "config.json"))
    }

    private func error(_ fields: String) throws -> CheckpointError {
        try #require(throws: CheckpointError.self) { _ = try configuration(fields) }
    }

    @Test("absent fields have the defaults of GPT-NeoX")
    func defaults() throws {
        let found = try configuration("")
        #expect(found.architecture == .gptNeoX && found.vocabularySize == 50432 && found.positions == 2048 && found.width == 6144)
        #expect(found.layers == 44 && found.heads == 64 && found.headWidth == 96 && found.mlpWidth == 24576)
        #expect(found.activation == .geluErf && found.layerNormEpsilon == 1e-5 && !found.tiesEmbeddings)
        #expect(found.rotary == RotaryEmbedding(dimensions: 24, base: 10_000) && found.isParallel && found.hasAttentionBias)
        #expect(found.scalesScores && !found.scalesScoresByInverseLayer)
    }

    @Test(
        "Pythia's configurations are read as they are published, with what later versions add",
        arguments: [(128, 6, 4), (512, 6, 8), (768, 12, 12), (1024, 24, 16)])
    func pythia(width: Int, layers: Int, heads: Int) throws {
        // 14m, 70m, 160m and 410m.
        let published = """
            , "architectures": ["GPTNeoXForCausalLM"], "bos_token_id": 0, "eos_token_id": 0, "hidden_act": "gelu", "hidden_size": \(width),
            "initializer_range": 0.02, "intermediate_size": \(4 * width), "layer_norm_eps": 1e-05, "max_position_embeddings": 2048,
            "num_attention_heads": \(heads), "num_hidden_layers": \(layers), "rotary_emb_base": 10000, "rotary_pct": 0.25,
            "tie_word_embeddings": false, "torch_dtype": "float16", "transformers_version": "4.24.0", "use_cache": true,
            "use_parallel_residual": true, "vocab_size": 50304
            """
        let found = try configuration(published)
        #expect(found.rotary == RotaryEmbedding(dimensions: width / heads / 4, base: 10_000) && found.isParallel && !found.tiesEmbeddings)
        #expect(found.width == width && found.layers == layers && found.heads == heads && found.mlpWidth == 4 * width)
        #expect(found.vocabularySize == 50304 && found.positions == 2048 && found.activation == .geluErf)
        let later = """
            , "attention_bias": true, "attention_dropout": 0.0, "classifier_dropout": 0.1, "hidden_dropout": 0.0, "rope_scaling": null,
            "rope_theta": 10000, "partial_rotary_factor": 0.25, "is_decoder": false, "pad_token_id": null,
            "rope_parameters": {"partial_rotary_factor": 0.25, "rope_theta": 10000.0, "rope_type": "default"}
            """
        #expect(try configuration(published + later) == found)
        // As GPT-NeoX-20B has them, under BERT's names.
        let dropouts = ", \"attention_probs_dropout_prob\": 0, \"hidden_dropout_prob\": 0, \"_name_or_path\": \"EleutherAI/pythia-160m\""
        #expect(try configuration(published + dropouts) == found)
    }

    @Test("every field that changes the function is honoured")
    func honoured() throws {
        let found = try configuration(
            """
            , "vocab_size": 100, "max_position_embeddings": 64, "hidden_size": 30, "num_hidden_layers": 5, "num_attention_heads": 3,
            "intermediate_size": 7, "hidden_act": "gelu_new", "layer_norm_eps": 0.001, "use_parallel_residual": false,
            "attention_bias": false, "tie_word_embeddings": true, "rope_parameters": {"rope_theta": 500, "partial_rotary_factor": 0.7}
            """)
        #expect(found.vocabularySize == 100 && found.positions == 64 && found.width == 30 && found.layers == 5 && found.heads == 3)
        #expect(found.mlpWidth == 7 && found.activation == .geluTanh && found.layerNormEpsilon == 0.001 && found.tiesEmbeddings)
        // 0.7 · 10 is 7 in double precision, and four pairs turn.
        #expect(found.rotary == RotaryEmbedding(dimensions: 7, base: 500) && found.rotary?.pairs == 4)
        #expect(!found.isParallel && !found.hasAttentionBias)
    }

    @Test(
        "what changes the function and is not supported is refused by name",
        arguments: [
            ("\"rope_scaling\": {\"type\": \"linear\", \"factor\": 2.0}", "rope_scaling"),
            ("\"rope_parameters\": {\"rope_type\": \"yarn\"}", "rope_parameters.rope_type"),
            ("\"rope_parameters\": {\"type\": \"linear\"}", "rope_parameters.type"), ("\"hidden_act\": \"silu\"", "hidden_act"),
            ("\"quantization_config\": {\"bits\": 8}", "quantization_config"),
        ])
    func refused(field: String, name: String) throws {
        guard case .refusedField(_, name, _, _) = try error(", \(field)") else { return fail(field) }
    }

    @Test(
        "a value of the wrong kind or out of range is refused by name",
        arguments: [
            ("\"rotary_pct\": 0", "rotary_pct"), ("\"rotary_pct\": \"x\"", "rotary_pct"), ("\"rotary_pct\": 1e300", "rotary_pct"),
            ("\"rotary_emb_base\": -1", "rotary_emb_base"),
            ("\"rotary_emb_base\": 0.5", "rotary_emb_base"), ("\"rotary_emb_base\": 1e99", "rotary_emb_base"),
            ("\"rope_parameters\": 3", "rope_parameters"), ("\"rope_parameters\": {\"rope_theta\": null}", "rope_parameters.rope_theta"),
            ("\"use_parallel_residual\": 1", "use_parallel_residual"), ("\"attention_bias\": null", "attention_bias"),
            ("\"hidden_size\": 99999999999", "hidden_size"), ("\"intermediate_size\": 0", "intermediate_size"),
        ])
    func invalid(field: String, name: String) throws {
        guard case .invalidField(_, name, _, _) = try error(", \(field)") else { return fail(field) }
    }

    @Test(
        "fields that contradict each other are refused by name",
        arguments: [
            ("\"rotary_pct\": 0.5, \"rope_parameters\": {\"partial_rotary_factor\": 0.25}", "rotary_pct"),
            ("\"rotary_emb_base\": 500, \"rope_parameters\": {\"rope_theta\": 10000}", "rotary_emb_base"),
            // Alone, some versions of transformers read it and others do not.
            ("\"rope_theta\": 500", "rope_theta"), ("\"partial_rotary_factor\": 1.0, \"rotary_pct\": 0.25", "partial_rotary_factor"),
            ("\"rotary_pct\": 1.5", "rotary_pct"),
            // An odd head of which all numbers should turn in pairs.
            ("\"hidden_size\": 9, \"num_attention_heads\": 3, \"rotary_pct\": 1.0", "rotary_pct"),
            ("\"num_attention_heads\": 7", "num_attention_heads"),
        ])
    func contradictions(fields: String, name: String) throws {
        guard case .contradiction(_, name, _, _, _) = try error(", \(fields)") else { return fail(fields) }
    }

    @Test("fields of GPT-2, and those that nobody knows, are refused by name", arguments: ["n_embd", "scale_attn_weights", "head_dim"])
    func unknown(field: String) throws {
        guard case .unknownField(_, field, _) = try error(", \"\(field)\": 1") else { return fail(field) }
        let nested = try error(", \"rope_parameters\": {\"factor\": 2.0}")
        guard case .unknownField(_, "rope_parameters.factor", _) = nested else { return fail("\(nested)") }
    }
}
