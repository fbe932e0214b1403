/// Decoders: one table, blocks of attention and a gated MLP, a norm at the end.
extension ModelFamily {
    private static func decoder(
        _ names: [NameRule], change: RowChange = .none, query: RowChange = .none, key: RowChange = .none,
        isFused: Bool = false
    ) -> [NameRule] {
        let outer = [
            NameRule("token_embd", "model.embed_tokens"), NameRule("output_norm", "model.norm", change),
            NameRule("output", "lm_head"),
        ]
        let attention =
            isFused
            ? [NameRule("attn_qkv", "self_attn.qkv_proj"), NameRule("ffn_up", "mlp.gate_up_proj")]
            : [
                NameRule("attn_q", "self_attn.q_proj", query), NameRule("attn_k", "self_attn.k_proj", key),
                NameRule("attn_v", "self_attn.v_proj"), NameRule("ffn_gate", "mlp.gate_proj"),
                NameRule("ffn_up", "mlp.up_proj"),
            ]
        let block =
            attention + [
                NameRule("attn_norm", "input_layernorm", change), NameRule("attn_output", "self_attn.o_proj"),
                NameRule("ffn_down", "mlp.down_proj"),
            ] + names
        return outer + block.map { NameRule("blk.#.\($0.gguf)", "model.layers.#.\($0.huggingFace)", $0.change) }
    }

    private static let sizes: [SettingRule] = [
        .size("embedding_length", "hidden_size"), .size("feed_forward_length", "intermediate_size"),
        .size("block_count", "num_hidden_layers"), .size("attention.head_count", "num_attention_heads"),
        .size("context_length", "max_position_embeddings"),
        .number("attention.layer_norm_rms_epsilon", "rms_norm_eps"),
    ]

    private static let silu = (key: "hidden_act", name: "silu")
    private static let gelu = (key: "hidden_activation", name: "gelu_pytorch_tanh")
    private static let oneNorm = [NameRule("ffn_norm", "post_attention_layernorm")]
    private static let fourNorms = [
        NameRule("ffn_norm", "pre_feedforward_layernorm", .lessOne),
        NameRule("post_attention_norm", "post_attention_layernorm", .lessOne),
        NameRule("post_ffw_norm", "post_feedforward_layernorm", .lessOne),
    ]

    /// Llama 1 to 3, and Mistral, which llama.cpp knows by the same name.
    static let llama = ModelFamily(
        architecture: "llama", modelType: "llama", className: "LlamaForCausalLM",
        names: decoder(oneNorm, query: .queryPairs, key: .keyPairs), settings: sizes, activation: silu,
        otherModelTypes: ["mistral"],
        possibleBiases: Set(
            ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"].map { "blk.#.\($0)" }))

    /// Qwen 2 and 2.5: biases of queries, keys and values.
    static let qwen2 = ModelFamily(
        architecture: "qwen2", modelType: "qwen2", className: "Qwen2ForCausalLM", names: decoder(oneNorm),
        settings: sizes, activation: silu, neededBiases: ["blk.#.attn_q", "blk.#.attn_k", "blk.#.attn_v"])

    /// Qwen 3: norms of queries and keys.
    static let qwen3 = ModelFamily(
        architecture: "qwen3", modelType: "qwen3", className: "Qwen3ForCausalLM",
        names: decoder(
            oneNorm + [NameRule("attn_q_norm", "self_attn.q_norm"), NameRule("attn_k_norm", "self_attn.k_norm")]),
        settings: sizes, activation: silu)

    /// Gemma 2: four norms a block, and caps on attention and logits.
    static let gemma2 = ModelFamily(
        architecture: "gemma2", modelType: "gemma2", className: "Gemma2ForCausalLM",
        names: decoder(fourNorms, change: .lessOne),
        settings: sizes + [
            .optionalNumber("attn_logit_softcapping", "attn_logit_softcapping"),
            .optionalNumber("final_logit_softcapping", "final_logit_softcapping"),
            .size("attention.sliding_window", "sliding_window"),
        ], activation: gelu)

    /// Gemma 3, text alone: norms of queries and keys, and angles of their own for layers that see a window.
    static let gemma3 = ModelFamily(
        architecture: "gemma3", modelType: "gemma3_text", className: "Gemma3ForCausalLM",
        names: decoder(
            fourNorms + [
                NameRule("attn_q_norm", "self_attn.q_norm", .lessOne),
                NameRule("attn_k_norm", "self_attn.k_norm", .lessOne),
            ], change: .lessOne),
        settings: sizes + [
            .optionalNumber("final_logit_softcapping", "final_logit_softcapping"),
            .optionalSize("attention.sliding_window", "sliding_window"),
        ], activation: gelu)

    /// Phi 3 and 4: queries, keys and values in one tensor, the MLP's gate and its other half in another.
    static let phi3 = ModelFamily(
        architecture: "phi3", modelType: "phi3", className: "Phi3ForCausalLM",
        names: decoder(oneNorm, isFused: true), settings: sizes, activation: silu)
}
