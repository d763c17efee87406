import SmallRuns
import Storage
import Testing

@testable import Checkpoints

@Suite("config.json")
struct ModelConfigurationTests {
    private func configuration(_ text: String) throws -> ModelConfiguration {
        let folder = try TemporaryFolder()
        return try ModelConfiguration(try folder.write(text, to: "config.json"))
    }

    private func error(_ text: String) throws -> CheckpointError {
        let error = try #require(throws: CheckpointError.self) { _ = try configuration(text) }
        #expect(error.message.contains("config.json"))
        return error
    }

    @Test("absent fields have the defaults of GPT-2")
    func defaults() throws {
        let found = try configuration("{\"model_type\": \"gpt2\"}")
        #expect(found.vocabularySize == 50257 && found.positions == 1024 && found.width == 768 && found.layers == 12)
        #expect(found.heads == 12 && found.headWidth == 64 && found.mlpWidth == 3072 && found.activation == .geluTanh)
        #expect(found.layerNormEpsilon == 1e-5 && found.scalesScores && !found.scalesScoresByInverseLayer && found.tiesEmbeddings)
    }

    @Test("a file that is longer than any configuration is refused before it is parsed")
    func endless() throws {
        let text = "{\"model_type\": \"gpt2\"}"
        let blanks = String(repeating: " ", count: (1 << 20) - text.utf8.count)
        _ = try configuration(text + blanks)
        let error = try #require(throws: StorageError.self) { _ = try configuration(text + blanks + " ") }
        guard case .tooLarge(_, 1_048_577, 1_048_576) = error else { return fail("\(error)") }
        #expect(error.message.contains("config.json") && error.exitStatus == .dataError)
    }

    @Test("every field that changes the function is honoured")
    func honoured() throws {
        let found = try configuration(
            """
            {"model_type": "gpt2", "vocab_size": 100, "n_positions": 64, "n_ctx": 64, "n_embd": 30, "n_layer": 5, "n_head": 6, "n_inner": 7,
             "activation_function": "relu", "layer_norm_epsilon": 0.001, "scale_attn_weights": false,
             "scale_attn_by_inverse_layer_idx": true, "reorder_and_upcast_attn": true, "tie_word_embeddings": false}
            """)
        #expect(found.vocabularySize == 100 && found.positions == 64 && found.width == 30 && found.layers == 5 && found.heads == 6)
        #expect(found.mlpWidth == 7 && found.activation == .relu && found.layerNormEpsilon == 0.001)
        #expect(!found.scalesScores && found.scalesScoresByInverseLayer && !found.tiesEmbeddings)
    }

    @Test("fields under their general names are honoured, and refused where they contradict the others")
    func aliases() throws {
        let found = try configuration(
            "{\"model_type\": \"gpt2\", \"hidden_size\": 8, \"num_attention_heads\": 2, \"num_hidden_layers\": 3, \"max_position_embeddings\": 9}"
        )
        #expect(found.width == 8 && found.heads == 2 && found.layers == 3 && found.positions == 9)
        let error = try error("{\"model_type\": \"gpt2\", \"hidden_size\": 8, \"n_embd\": 16}")
        guard case .contradiction(_, "hidden_size", "8", "n_embd", "16") = error else { return fail("\(error)") }
    }

    @Test(
        "the names of one activation function mean one function",
        arguments: [
            ("gelu_new", ActivationFunction.geluTanh), ("gelu_pytorch_tanh", .geluTanh), ("gelu_fast", .geluTanh),
            ("gelu_accurate", .geluTanh),
            ("gelu_python_tanh", .geluTanh), ("gelu", .geluErf), ("gelu_python", .geluErf), ("relu", .relu),
        ])
    func activations(name: String, function: ActivationFunction) throws {
        #expect(try configuration(Crafted.configuration(", \"activation_function\": \"\(name)\"")).activation == function)
    }

    @Test(
        "what changes the function and is not supported is refused by name",
        arguments: [
            ("activation_function", "\"silu\""), ("activation_function", "\"gelu_10\""), ("activation_function", "\"quick_gelu\""),
            ("add_cross_attention", "true"), ("is_encoder_decoder", "true"), ("pruned_heads", "{\"0\": [1]}"),
            ("quantization_config", "{\"bits\": 8}"), ("auto_map", "{\"AutoModel\": \"x\"}"), ("add_cross_attention", "\"no\""),
        ])
    func refused(field: String, value: String) throws {
        let error = try error(Crafted.configuration(", \"\(field)\": \(value)"))
        guard case .refusedField(_, field, _, _) = error else { return fail("\(error)") }
        // No model is without an activation function.
        #expect(error.remedy == (field == "activation_function" ? "take a model with one of these" : "take a model without it"))
    }

    @Test(
        "a value of the wrong kind or out of range is refused by name",
        arguments: [
            ("n_ctx", "0"), ("n_ctx", "-1"), ("n_ctx", "1.5"), ("n_ctx", "\"2\""), ("n_ctx", "99999999999999999999"),
            ("layer_norm_epsilon", "0"), ("layer_norm_epsilon", "-1e-5"), ("layer_norm_epsilon", "1e-60"), ("layer_norm_epsilon", "1e999"),
            ("layer_norm_epsilon", "null"), ("scale_attn_weights", "1"), ("scale_attn_by_inverse_layer_idx", "\"true\""),
            ("reorder_and_upcast_attn", "null"), ("tie_word_embeddings", "0"), ("activation_function", "null"),
        ])
    func invalid(field: String, value: String) throws {
        let error = try error(Crafted.configuration(", \"\(field)\": \(value)"))
        guard case .invalidField(_, field, _, _) = error else { return fail("\(error)") }
        #expect(error.message.contains(field))
    }

    @Test("absurd sizes are refused, not multiplied", arguments: ["vocab_size", "n_positions", "n_embd", "n_layer", "n_head", "n_inner"])
    func absurd(field: String) throws {
        let error = try error("{\"model_type\": \"gpt2\", \"\(field)\": 9223372036854775807}")
        guard case .invalidField(_, field, _, _) = error else { return fail("\(error)") }
    }

    @Test(
        "more layers than can be planned in pairs are refused by name, in both architectures",
        arguments: [("gpt2", "n_layer"), ("gpt_neox", "num_hidden_layers")])
    func layers(type: String, field: String) throws {
        func text(_ layers: Int) -> String { "{\"model_type\": \"\(type)\", \"\(field)\": \(layers)}" }
        #expect(try configuration(text(512)).layers == 512)
        guard case .invalidField(_, field, "513", "a whole number from 1 to 512") = try error(text(513)) else { return fail("taken") }
    }

    @Test("heads that do not divide the width are refused")
    func heads() throws {
        let error = try error("{\"model_type\": \"gpt2\", \"n_head\": 7}")
        guard case .contradiction(_, "n_head", _, "n_embd", _) = error else { return fail("\(error)") }
    }

    @Test("an old context size that contradicts the positions is refused")
    func legacyContext() throws {
        let error = try error(Crafted.configuration(", \"n_ctx\": 7"))
        guard case .contradiction(_, "n_ctx", "7", "n_positions", "2") = error else { return fail("\(error)") }
    }

    @Test("a field that nobody knows is refused by name")
    func unknown() throws {
        let error = try error(Crafted.configuration(", \"rotary_dim\": 64, \"use_cache\": true"))
        guard case .unknownField(_, "rotary_dim", "64") = error else { return fail("\(error)") }
    }

    @Test("another architecture, a missing one and a file that is no object are refused")
    func architecture() throws {
        guard case .refusedField(_, "model_type", _, _) = try error("{\"model_type\": \"gpt_neo\"}") else { return fail("type") }
        guard case .missingField(_, "model_type") = try error("{}") else { return fail("missing") }
        guard case .invalidField = try error("[]") else { return fail("list") }
        guard case .invalidJSON(_, 15, _) = try error("{\"model_type\": 'gpt2'}") else { return fail("JSON") }
        guard case .invalidJSON = try error(Crafted.configuration(", \"n_layer\": 1")) else { return fail("twice") }
    }

    @Test(
        "the configurations of OpenAI's models are read as they are published",
        arguments: [("gpt2", 768, 12, 12), ("gpt2-medium", 1024, 24, 16)])
    func openAI(name: String, width: Int, layers: Int, heads: Int) throws {
        let medium = name == "gpt2-medium" ? "\"n_special\": 0, \"predict_special_tokens\": true," : ""
        let configuration = try configuration(
            """
            {"activation_function": "gelu_new", "architectures": ["GPT2LMHeadModel"], "attn_pdrop": 0.1, "bos_token_id": 50256,
             "embd_pdrop": 0.1, "eos_token_id": 50256, "initializer_range": 0.02, "layer_norm_epsilon": 1e-05, "model_type": "gpt2",
             "n_ctx": 1024, "n_embd": \(width), "n_head": \(heads), "n_layer": \(layers), "n_positions": 1024, \(medium)
             "resid_pdrop": 0.1, "summary_activation": null, "summary_first_dropout": 0.1, "summary_proj_to_labels": true,
             "summary_type": "cls_index", "summary_use_proj": true,
             "task_specific_params": {"text-generation": {"do_sample": true, "max_length": 50}}, "vocab_size": 50257}
            """)
        #expect(configuration.mlpWidth == 4 * width && !configuration.scalesScoresByInverseLayer)
    }

    @Test("the configurations of the published five-seed models and of OpenAI's are read")
    func published() throws {
        let seeds = try configuration(
            """
            {"_name_or_path": "gpt2", "activation_function": "gelu_new", "architectures": ["GPT2LMHeadModel"], "attn_pdrop": 0.1,
             "bos_token_id": 50256, "embd_pdrop": 0.1, "eos_token_id": 50256, "gradient_checkpointing": false, "initializer_range": 0.02,
             "layer_norm_epsilon": 1e-05, "model_type": "gpt2", "n_ctx": 1024, "n_embd": 768, "n_head": 12, "n_inner": null, "n_layer": 12,
             "n_positions": 1024, "reorder_and_upcast_attn": true, "resid_pdrop": 0.1, "scale_attn_by_inverse_layer_idx": true,
             "scale_attn_weights": true, "summary_activation": null, "summary_first_dropout": 0.1, "summary_proj_to_labels": true,
             "summary_type": "cls_index", "summary_use_proj": true, "task_specific_params": {"text-generation": {"do_sample": true}},
             "torch_dtype": "float32", "transformers_version": "4.13.0", "use_cache": false, "vocab_size": 50257}
            """)
        #expect(seeds.scalesScoresByInverseLayer && seeds.mlpWidth == 3072)
    }
}
