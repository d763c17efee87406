/// What an architecture calls the tensors of a model, and how it stores its matrices.
struct TensorNames {
    let bodyPrefix: String
    let tokens: String
    let positions: String?
    let blocks: String
    let attentionNorm, queryKeyValue, attentionOutput, mlpNorm, up, down: String
    let finalNorm: String
    let unembedding: String
    /// Other names of tensors, as some versions of transformers have them, and those that stand here.
    let aliases: [String: String]
    let storesOutputsFirst: Bool
    /// Tensors of a block, and of the body, that older versions of transformers saved and that follow from the configuration.
    let blockBuffers, bodyBuffers: Set<String>

    init(_ architecture: Architecture) {
        switch architecture {
        case .gpt2:
            bodyPrefix = "transformer."
            (tokens, positions, blocks) = ("wte.weight", "wpe.weight", "h")
            (attentionNorm, queryKeyValue, attentionOutput) = ("ln_1", "attn.c_attn", "attn.c_proj")
            (mlpNorm, up, down) = ("ln_2", "mlp.c_fc", "mlp.c_proj")
            (finalNorm, unembedding) = ("ln_f", "lm_head.weight")
            aliases = [:]
            storesOutputsFirst = false
            blockBuffers = ["attn.bias", "attn.masked_bias"]
            bodyBuffers = []
        case .gptNeoX:
            bodyPrefix = "gpt_neox."
            (tokens, positions, blocks) = ("embed_in.weight", nil, "layers")
            (attentionNorm, queryKeyValue, attentionOutput) = ("input_layernorm", "attention.query_key_value", "attention.dense")
            (mlpNorm, up, down) = ("post_attention_layernorm", "mlp.dense_h_to_4h", "mlp.dense_4h_to_h")
            (finalNorm, unembedding) = ("final_layer_norm", "embed_out.weight")
            // What transformers 5 calls it in memory, so in what `torch.save` writes; its own files keep the older name.
            aliases = ["lm_head.weight": unembedding]
            storesOutputsFirst = true
            blockBuffers = ["attention.bias", "attention.masked_bias", "attention.rotary_emb.inv_freq"]
            bodyBuffers = ["rotary_emb.inv_freq"]
        }
    }

    /// Heads for other tasks than text.
    static let heads: Set<String> = [
        "score.weight", "classifier.weight", "classifier.bias", "qa_outputs.weight", "qa_outputs.bias",
    ]
    static let summaryHead = "multiple_choice_head.summary."
}
