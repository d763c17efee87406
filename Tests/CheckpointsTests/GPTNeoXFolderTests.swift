import Checkpoints
import SmallRuns
import Testing

@Suite("Model folders of GPT-NeoX")
struct GPTNeoXFolderTests {
    /// The smallest model: 3 token ids, 2 positions, d_model 4, one head of which one pair turns, one layer, d_mlp 3.
    private static let shapes: [(String, [Int])] = [
        ("embed_in.weight", [3, 4]), ("layers.0.input_layernorm.weight", [4]), ("layers.0.input_layernorm.bias", [4]),
        ("layers.0.attention.query_key_value.weight", [12, 4]), ("layers.0.attention.query_key_value.bias", [12]),
        ("layers.0.attention.dense.weight", [4, 4]), ("layers.0.attention.dense.bias", [4]),
        ("layers.0.post_attention_layernorm.weight", [4]), ("layers.0.post_attention_layernorm.bias", [4]),
        ("layers.0.mlp.dense_h_to_4h.weight", [3, 4]), ("layers.0.mlp.dense_h_to_4h.bias", [3]),
        ("layers.0.mlp.dense_4h_to_h.weight", [4, 3]), ("layers.0.mlp.dense_4h_to_h.bias", [4]), ("final_layer_norm.weight", [4]),
        ("final_layer_norm.bias", [4]),
    ]

    private static func tensors(prefix: String = "gpt_neox.") -> [CraftedTensor] {
        shapes.enumerated().map { index, tensor in
            let count = tensor.1.reduce(1, *)
            return CraftedTensor(prefix + tensor.0, shape: tensor.1, values: (0..<count).map { Float(index) + Float($0) / 8 })
        }
    }

    private static func configuration(_ more: String = "") -> String {
        """
        {"model_type": "gpt_neox", "vocab_size": 3, "max_position_embeddings": 2, "hidden_size": 4, "num_attention_heads": 1,
         "num_hidden_layers": 1, "intermediate_size": 3, "rotary_pct": 0.5\(more)}
        """
    }

    private func model(_ tensors: [CraftedTensor] = tensors(), _ more: String = "") throws -> ModelFolder {
        try Crafted.model(tensors, configuration: Self.configuration(more)).model()
    }

    private func error(_ tensors: [CraftedTensor], _ more: String = "") throws -> CheckpointError {
        try #require(throws: CheckpointError.self) { _ = try model(tensors, more) }
    }

    @Test("prefixed and plain names are the same tensors, and the prefix of another architecture is none")
    func prefixes() throws {
        for prefix in ["gpt_neox.", ""] {
            #expect(try model(Self.tensors(prefix: prefix)).tensors.float32("final_layer_norm.bias", shape: [4])[0] == 14)
        }
        guard case .missingTensor(_, "embed_in.weight") = try error(Self.tensors(prefix: "transformer.")) else { return fail("prefix") }
    }

    @Test("buffers of older versions change nothing, an unembedding does; what nobody knows is refused")
    func extra() throws {
        let buffers = [
            CraftedTensor("gpt_neox.layers.0.attention.bias", type: "BOOL", shape: [1, 1, 2, 2], bytes: [1, 0, 1, 1]),
            CraftedTensor("gpt_neox.layers.0.attention.masked_bias", type: "F16", shape: [], bytes: [0, 0]),
            CraftedTensor("gpt_neox.layers.0.attention.rotary_emb.inv_freq", shape: [1], values: [.nan]),
            CraftedTensor("gpt_neox.rotary_emb.inv_freq", shape: [1], values: [7]),
        ]
        let plain = try model()
        #expect(try model(Self.tensors() + buffers).digest() == plain.digest())
        let head = CraftedTensor("embed_out.weight", shape: [3, 4], values: [Float](repeating: 1, count: 12))
        #expect(try model(Self.tensors() + [head]).digest() != plain.digest())
        for name in ["gpt_neox.layers.0.attn.bias", "gpt_neox.layers.1.input_layernorm.bias", "lm_head.bias", "wpe.weight"] {
            let error = try error(Self.tensors() + [CraftedTensor(name, shape: [1], values: [1])])
            guard case .unknownTensor(_, _, 4) = error else { return fail("\(error)") }
        }
    }

    @Test("the unembedding is taken under both of its names, and under both at once only with one content")
    func names() throws {
        let values = (0..<12).map { Float($0) }
        let old = CraftedTensor("embed_out.weight", shape: [3, 4], values: values)
        let new = CraftedTensor("lm_head.weight", shape: [3, 4], values: values)
        let plain = try model(Self.tensors() + [old])
        for head in [[new], [old, new], [new, old]] {
            let found = try model(Self.tensors() + head)
            #expect(try found.digest() == plain.digest() && found.unembeddingName() == "embed_out.weight")
            #expect(found.tensors.names == plain.tensors.names)
        }
        var other = new
        other.bytes[47] ^= 1
        let turned = CraftedTensor("lm_head.weight", shape: [4, 3], values: values)
        for head in [[old, other], [other, old], [old, turned]] {
            let error = try error(Self.tensors() + head)
            guard case .twoContents(_, "embed_out.weight", "lm_head.weight") = error else { return fail("\(error)") }
            #expect(error.message.contains("embed_out.weight and lm_head.weight are two names of one tensor"))
        }
        guard case .unexpectedShape(_, "embed_out.weight", [3, 4], [4, 3]) = try error(Self.tensors() + [turned]) else {
            return fail("another shape")
        }
    }

    @Test("a tied unembedding with the embedding's bytes in another data type is not the embedding")
    func tiedTypes() throws {
        // 1 as float16, 1/128 as bfloat16.
        let bytes = (0..<12).flatMap { _ in [0x00, 0x3C] as [UInt8] }
        var tensors = Self.tensors()
        tensors[0] = CraftedTensor("gpt_neox.embed_in.weight", type: "F16", shape: [3, 4], bytes: bytes)
        let same = CraftedTensor("embed_out.weight", type: "F16", shape: [3, 4], bytes: bytes)
        #expect(throws: Never.self) { try model(tensors + [same], ", \"tie_word_embeddings\": true") }
        let other = CraftedTensor("embed_out.weight", type: "BF16", shape: [3, 4], bytes: bytes)
        let error = try error(tensors + [other], ", \"tie_word_embeddings\": true")
        guard case .contradiction(_, "tie_word_embeddings", _, "embed_out.weight", _) = error else { return fail("\(error)") }
    }

    @Test("every tensor that a model lacks is named", arguments: 0..<15)
    func missing(index: Int) throws {
        var tensors = Self.tensors()
        let name = String(tensors.remove(at: index).name.dropFirst("gpt_neox.".count))
        guard case .missingTensor(_, name) = try error(tensors) else { return fail(name) }
    }

    @Test("biases of the attention are there exactly when the configuration says so")
    func attentionBias() throws {
        let without = Self.tensors().filter { !$0.name.hasSuffix("query_key_value.bias") && !$0.name.hasSuffix("dense.bias") }
        #expect(throws: Never.self) { try model(without, ", \"attention_bias\": false") }
        guard case .unknownTensor(_, "layers.0.attention.dense.bias", _) = try error(Self.tensors(), ", \"attention_bias\": false") else {
            return fail("a bias too many")
        }
    }

    @Test("the content's digest tells models apart that differ in what the configuration alone says")
    func digest() throws {
        let settings = ["", ", \"use_parallel_residual\": false", ", \"rotary_emb_base\": 500", ", \"layer_norm_eps\": 0.001"]
        #expect(try Set(settings.map { try model(Self.tensors(), $0).digest() }).count == settings.count)
    }

    @Test("an unembedding is a tensor of its own, unless it is tied")
    func unembedding() throws {
        #expect(try model(Self.tensors(), ", \"tie_word_embeddings\": true").unembeddingName() == "embed_in.weight")
        #expect(throws: CheckpointError.self) { try model().unembeddingName() }
        let head = CraftedTensor("embed_out.weight", shape: [3, 4], values: [Float](repeating: 1, count: 12))
        #expect(try model(Self.tensors() + [head]).unembeddingName() == "embed_out.weight")
        let error = try error(Self.tensors() + [head], ", \"tie_word_embeddings\": true")
        guard case .contradiction(_, "tie_word_embeddings", _, "embed_out.weight", _) = error else { return fail("\(error)") }
    }
}
