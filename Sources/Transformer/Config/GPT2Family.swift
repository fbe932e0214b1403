/// Reads the config.json of GPT-2: weights lie across, positions have rows.
struct GPT2Family {
    private var fields: ConfigFields
    private let width: Int
    private let epsilon: Float

    /// Reads what all layers share.
    init(_ settings: ConfigFields) throws(TransformerError) {
        var fields = settings
        let other = try fields.positive("hidden_size")
        width = try fields.positive("n_embd") ?? other ?? 768
        epsilon = Float(try fields.positiveNumber("layer_norm_epsilon") ?? 1e-5)
        self.fields = fields
    }

    /// The description that the settings make.
    mutating func description() throws(TransformerError) -> ModelDescription {
        try fields.require("add_cross_attention", false)
        // In single precision, what is computed does not depend on it.
        fields.ignore("reorder_and_upcast_attn")
        let other = try fields.positive("num_hidden_layers")
        let count = try Limits.layerCount(try fields.positive("n_layer") ?? other ?? 12)
        let otherRows = try fields.positive("max_position_embeddings")
        let rows = try fields.positive("n_positions") ?? otherRows ?? 1024
        let layer = try self.layer()
        let scalesByLayer = try fields.flag("scale_attn_by_inverse_layer_idx") ?? false
        let layers = (0..<count).map { index in
            var own = layer
            if scalesByLayer { own.attention.scale /= Float(index + 1) }
            return own
        }
        var embedding = EmbeddingDescription(table: "wte")
        embedding.positions = .init(name: "wpe", count: rows, first: 0, paddingID: nil)
        let description = ModelDescription(
            family: fields.family, width: width, isCausal: true, maximumPositions: rows, embedding: embedding,
            layerPrefix: "h.{}.", layers: layers, finalNorm: norm("ln_f"),
            head: HeadDescription(tables: ["lm_head"], isTied: try fields.flag("tie_word_embeddings") ?? true),
            unusedTensors: ["attn.bias", "attn.masked_bias"])
        try fields.refuseOthers()
        return description
    }

    private func norm(_ name: String) -> NormDescription {
        NormDescription(name, .layer, width: width, epsilon: epsilon, hasBias: true)
    }

    private mutating func layer() throws(TransformerError) -> LayerDescription {
        let other = try fields.positive("num_attention_heads")
        let heads = try fields.positive("n_head") ?? other ?? 12
        guard width.isMultiple(of: heads) else {
            throw TransformerError(
                .unsupported, "config.json has states of \(width) for \(heads) heads: no whole number")
        }
        try Limits.checkHeads(heads, heads, width / heads)
        let inner = try fields.positive("n_inner") ?? 4 * width
        let activation = try fields.activation("activation_function", otherwise: "gelu_new")
        let isScaled = try fields.flag("scale_attn_weights") ?? true
        func linear(_ name: String, _ inputs: Int, _ outputs: Int) -> LinearDescription {
            LinearDescription(name, from: inputs, to: outputs, hasBias: true, isTransposed: true)
        }
        return LayerDescription(
            attention: AttentionDescription(
                projections: .concatenated(linear("attn.c_attn", width, 3 * width)),
                output: linear("attn.c_proj", width, width), heads: heads, keyValueHeads: heads,
                headWidth: width / heads, scale: isScaled ? Float(1 / Double(width / heads).squareRoot()) : 1,
                isCausal: true),
            attentionNorms: .init(before: norm("ln_1")),
            mlp: .plain(up: linear("mlp.c_fc", width, inner), down: linear("mlp.c_proj", inner, width), activation),
            mlpNorms: .init(before: norm("ln_2")))
    }
}
