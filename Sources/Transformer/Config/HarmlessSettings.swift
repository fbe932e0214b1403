/// Settings of config.json that do not change what a model computes of given ids: names, versions, ids, training.
enum HarmlessSettings {
    /// Whether a setting never matters.
    static func contains(_ key: String) -> Bool {
        names.contains(key) || beginnings.contains(where: key.hasPrefix) || endings.contains(where: key.hasSuffix)
    }

    private static let beginnings = ["_", "unsloth", "initializer", "summary_", "sbert_", "classifier_", "pooler_"]

    private static let endings = [
        "_token_id", "_token_ids", "_token_index", "_version", "_dropout", "_dropout_prob", "_pdrop", "_loss_coef",
    ]

    private static let names: Set<String> = [
        "architectures", "torch_dtype", "dtype", "use_cache", "id2label", "label2id", "num_labels", "problem_type",
        "output_attentions", "output_hidden_states", "return_dict", "task_specific_params", "finetuning_task",
        "gradient_checkpointing", "vocab_size", "tie_word_embeddings", "pretraining_tp", "attn_implementation",
        "decoder_start_token_id", "language", "prefix", "torchscript", "tokenizer_class", "transformers_version",
        "keys_to_ignore_at_inference", "dropout", "dropout_rate", "output_past", "cache_implementation",
        "directionality", "sparse_pred_ignore_index", "sparse_prediction", "deterministic_flash_attn",
        "reference_compile", "repad_logits_with_grad", "max_length", "output_router_logits",
        "router_jitter_noise", "chunk_size_feed_forward", "forced_eos_token_id", "sentence_transformers",
        "name_or_path", "mlm_probability", "is_llama_config", "transformers.js_config", "max_sequence_length",
        "tie_weights_", "n_ctx", "decoder_bias",
    ]
}
