extension ModelConfiguration {
    /// The fields of `config.json` that do not touch the activations of an inference pass, and why.
    static let withoutEffect: Set<String> =
        trainingFields
        .union(bookkeepingFields).union(outputFields).union(headFields).union(generationFields)

    /// Dropout and initialisation act in training only.
    private static let trainingFields: Set<String> = [
        "attention_dropout", "attention_probs_dropout_prob", "attn_pdrop", "classifier_dropout", "embd_pdrop", "hidden_dropout",
        "hidden_dropout_prob", "resid_pdrop", "initializer_range", "gradient_checkpointing",
    ]

    /// Who saved the model, with what, in which precision; the weights' own data types are in their headers.
    private static let bookkeepingFields: Set<String> = [
        "_commit_hash", "_name_or_path", "architectures", "dtype", "finetuning_task", "license", "name_or_path", "task_specific_params",
        "n_special", "tf_legacy_loss", "tokenizer_class", "torch_dtype", "transformers_version", "use_bfloat16",
    ]

    /// What a call returns beside the result, and how the same arithmetic is carried out.
    private static let outputFields: Set<String> = [
        "_attn_implementation", "_attn_implementation_autoset", "_attn_implementation_internal", "attn_implementation",
        "chunk_size_feed_forward", "output_attentions", "output_hidden_states", "output_past", "return_dict", "return_dict_in_generate",
        "output_scores",
        "torchscript", "use_cache", "use_return_dict",
    ]

    /// Heads that stand above the last layer, special token ids, and what only an encoder or a cross-attention would read.
    private static let headFields: Set<String> = [
        "bos_token_id", "cls_token_id", "cross_attention_hidden_size", "decoder_start_token_id", "eos_token_id", "id2label", "is_decoder",
        "label2id", "mask_token_id", "num_labels", "_num_labels", "pad_token_id", "predict_special_tokens", "problem_type", "sep_token_id",
        "summary_activation", "summary_first_dropout", "summary_proj_to_labels", "summary_type", "summary_use_proj",
        "tie_encoder_decoder", "unk_token_id",
    ]

    /// How text is sampled from logits.
    private static let generationFields: Set<String> = [
        "bad_words_ids", "begin_suppress_tokens", "diversity_penalty", "do_sample", "early_stopping", "encoder_no_repeat_ngram_size",
        "exponential_decay_length_penalty", "forced_bos_token_id", "forced_eos_token_id", "length_penalty", "max_length", "max_new_tokens",
        "min_length", "no_repeat_ngram_size", "num_beam_groups", "num_beams", "num_return_sequences", "prefix", "remove_invalid_values",
        "repetition_penalty", "suppress_tokens", "temperature", "top_k", "top_p", "typical_p",
    ]
}
