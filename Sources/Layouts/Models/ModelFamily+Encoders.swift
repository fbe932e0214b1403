/// Encoders, of which llama.cpp keeps what makes sentence embeddings: no pooling layer, no head.
extension ModelFamily {
    private static func block(_ names: [NameRule], in folder: String) -> [NameRule] {
        names.map { NameRule("blk.#.\($0.gguf)", "\(folder).#.\($0.huggingFace)", $0.change) }
    }

    private static let sizes: [SettingRule] = [
        .size("embedding_length", "hidden_size"), .size("feed_forward_length", "intermediate_size"),
        .size("block_count", "num_hidden_layers"), .size("attention.head_count", "num_attention_heads"),
        .size("context_length", "max_position_embeddings"),
        .number("attention.layer_norm_epsilon", "layer_norm_eps"),
    ]

    /// BERT and what has its layers, XLM-R among them.
    static let bert = ModelFamily(
        architecture: "bert", modelType: "bert", className: "BertModel",
        names: [
            NameRule("token_embd", "embeddings.word_embeddings"),
            NameRule("token_types", "embeddings.token_type_embeddings"),
            NameRule("token_embd_norm", "embeddings.LayerNorm"),
            NameRule("position_embd", "embeddings.position_embeddings"),
        ]
            + block(
                [
                    NameRule("attn_q", "attention.self.query"), NameRule("attn_k", "attention.self.key"),
                    NameRule("attn_v", "attention.self.value"), NameRule("attn_output", "attention.output.dense"),
                    NameRule("attn_output_norm", "attention.output.LayerNorm"),
                    NameRule("ffn_up", "intermediate.dense"), NameRule("ffn_down", "output.dense"),
                    NameRule("layer_output_norm", "output.LayerNorm"),
                ], in: "encoder.layer"), settings: sizes, activation: ("hidden_act", "gelu"), isEncoder: true,
        neededBiases: Set(
            [
                "attn_q", "attn_k", "attn_v", "attn_output", "attn_output_norm", "ffn_up", "ffn_down",
                "layer_output_norm",
            ]
            .map { "blk.#.\($0)" } + ["token_embd_norm"]))

    /// Nomic's BERT: rotary positions, a gated MLP, no biases; tensors are called as published checkpoints have them,
    /// and transformers renames them.
    static let nomicBERT = ModelFamily(
        architecture: "nomic-bert", modelType: "nomic_bert", className: "NomicBertModel",
        names: [
            NameRule("token_embd", "embeddings.word_embeddings"),
            NameRule("token_types", "embeddings.token_type_embeddings"), NameRule("token_embd_norm", "emb_ln"),
        ]
            + block(
                [
                    NameRule("attn_qkv", "attn.Wqkv"), NameRule("attn_output", "attn.out_proj"),
                    NameRule("attn_output_norm", "norm1"), NameRule("ffn_up", "mlp.fc11"),
                    NameRule("ffn_gate", "mlp.fc12"), NameRule("ffn_down", "mlp.fc2"),
                    NameRule("layer_output_norm", "norm2"),
                ], in: "encoder.layers"), settings: sizes, activation: ("hidden_act", "silu"), isEncoder: true,
        neededBiases: ["token_embd_norm", "blk.#.attn_output_norm", "blk.#.layer_output_norm"])
}
