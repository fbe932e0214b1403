/// Reads the config.json of ModernBERT: norms before, gated MLPs, turned heads, and layers that see only so far.
struct ModernBERTFamily {
    private var fields: ConfigFields
    private let width: Int
    private let epsilon: Float
    private let normHasBias: Bool

    /// Reads what all layers share.
    init(_ settings: ConfigFields) throws(TransformerError) {
        var fields = settings
        width = try fields.needed("hidden_size")
        epsilon = Float(try fields.positiveNumber("norm_eps") ?? 1e-5)
        normHasBias = try fields.flag("norm_bias") ?? false
        // Older names of what counts under another one here.
        fields.ignore("layer_norm_eps", "position_embedding_type")
        self.fields = fields
    }

    /// The description that the settings make.
    mutating func description() throws(TransformerError) -> ModelDescription {
        let count = try Limits.layerCount(try fields.needed("num_hidden_layers"))
        let positions = try fields.positive("max_position_embeddings") ?? 8192
        let globalTheta = try fields.positiveNumber("global_rope_theta") ?? 160_000
        let localTheta = try fields.positiveNumber("local_rope_theta") ?? 10000
        let every = try fields.positive("global_attn_every_n_layers") ?? 3
        let window = (try fields.positive("local_attention") ?? 128) / 2
        guard window > 0 else {
            throw TransformerError(.unsupported, "config.json has a 'local_attention' below 2, which is not run")
        }
        let kinds = try LayerWindows.layerTypes(&fields, count)
        let rotary = try RotaryFields(&fields, usualTheta: globalTheta, maximumPositions: positions)
        let layer = try self.layer()
        var layers: [LayerDescription] = []
        for index in 0..<count {
            var own = layer
            let isLocal = kinds?[index] ?? !index.isMultiple(of: every)
            own.attention.window = isLocal ? window : nil
            own.attention.rotary = try rotary.description(
                headWidth: layer.attention.headWidth, kind: isLocal ? "sliding_attention" : "full_attention",
                otherTheta: isLocal ? localTheta : nil)
            if index == 0 { own.attentionNorms.before = nil }
            layers.append(own)
        }
        var embedding = EmbeddingDescription(table: "embeddings.tok_embeddings")
        embedding.norm = norm("embeddings.norm")
        let description = ModelDescription(
            family: fields.family, width: width, isCausal: false, maximumPositions: positions, embedding: embedding,
            layerPrefix: "layers.{}.", layers: layers, finalNorm: norm("final_norm"), head: try head())
        try fields.refuseOthers()
        return description
    }

    private func norm(_ name: String) -> NormDescription {
        NormDescription(name, .layer, width: width, epsilon: epsilon, hasBias: normHasBias)
    }

    private mutating func layer() throws(TransformerError) -> LayerDescription {
        let heads = try fields.needed("num_attention_heads")
        guard width.isMultiple(of: heads) else {
            throw TransformerError(
                .unsupported, "config.json has states of \(width) for \(heads) heads: no whole number")
        }
        try Limits.checkHeads(heads, heads, width / heads)
        let inner = try fields.needed("intermediate_size")
        let activation = try fields.activation("hidden_activation", "hidden_act", otherwise: "gelu")
        let (hasBias, mlpHasBias) = (try fields.flag("attention_bias") ?? false, try fields.flag("mlp_bias") ?? false)
        func linear(_ name: String, _ inputs: Int, _ outputs: Int, _ hasBias: Bool) -> LinearDescription {
            LinearDescription(name, from: inputs, to: outputs, hasBias: hasBias)
        }
        return LayerDescription(
            attention: AttentionDescription(
                projections: .concatenated(linear("attn.Wqkv", width, 3 * width, hasBias)),
                output: linear("attn.Wo", width, width, hasBias), heads: heads, keyValueHeads: heads,
                headWidth: width / heads, scale: Float(1 / Double(width / heads).squareRoot()), isCausal: false),
            attentionNorms: .init(before: norm("attn_norm")),
            mlp: .fusedGated(
                gateAndUp: linear("mlp.Wi", width, 2 * inner, mlpHasBias),
                down: linear("mlp.Wo", inner, width, mlpHasBias), activation),
            mlpNorms: .init(before: norm("mlp_norm")))
    }

    private mutating func head() throws(TransformerError) -> HeadDescription {
        let hasBias = try fields.flag("classifier_bias") ?? false
        let activation = try fields.activation("classifier_activation", otherwise: "gelu")
        var head = HeadDescription(
            tables: ["decoder"], biases: ["decoder.bias"], isTied: try fields.flag("tie_word_embeddings") ?? true)
        head.transform = .init(
            dense: LinearDescription("head.dense", from: width, to: width, hasBias: hasBias), activation: activation,
            norm: norm("head.norm"))
        return head
    }
}
