/// Reads the config.json of GPT-NeoX and Pythia: attention and MLP side by side, part of each head turned.
struct NeoXFamily {
    private var fields: ConfigFields
    private let width: Int
    private let epsilon: Float

    /// Reads what all layers share.
    init(_ settings: ConfigFields) throws(TransformerError) {
        var fields = settings
        width = try fields.needed("hidden_size")
        epsilon = Float(try fields.positiveNumber("layer_norm_eps") ?? 1e-5)
        self.fields = fields
    }

    /// The description that the settings make.
    mutating func description() throws(TransformerError) -> ModelDescription {
        try fields.require("is_decoder", false)
        let count = try Limits.layerCount(try fields.needed("num_hidden_layers"))
        let positions = try fields.positive("max_position_embeddings") ?? 2048
        let rotary = try RotaryFields(&fields, usualPart: 0.25, maximumPositions: positions)
        let layer = try self.layer(rotary)
        let description = ModelDescription(
            family: fields.family, width: width, isCausal: true, maximumPositions: positions,
            embedding: EmbeddingDescription(table: "embed_in"), layerPrefix: "layers.{}.",
            layers: Array(repeating: layer, count: count), finalNorm: norm("final_layer_norm"),
            head: HeadDescription(tables: ["embed_out"], isTied: try fields.flag("tie_word_embeddings") ?? false),
            unusedTensors: ["attention.bias", "attention.masked_bias", "rotary_emb.inv_freq"])
        try fields.refuseOthers()
        return description
    }

    private func norm(_ name: String) -> NormDescription {
        NormDescription(name, .layer, width: width, epsilon: epsilon, hasBias: true)
    }

    private mutating func layer(_ rotary: RotaryFields) throws(TransformerError) -> LayerDescription {
        let heads = try fields.needed("num_attention_heads")
        guard width.isMultiple(of: heads) else {
            throw TransformerError(
                .unsupported, "config.json has states of \(width) for \(heads) heads: no whole number")
        }
        try Limits.checkHeads(heads, heads, width / heads)
        let inner = try fields.needed("intermediate_size")
        let activation = try fields.activation("hidden_act", otherwise: "gelu")
        let hasBias = try fields.flag("attention_bias") ?? true
        func linear(_ name: String, _ inputs: Int, _ outputs: Int, hasBias: Bool = true) -> LinearDescription {
            LinearDescription(name, from: inputs, to: outputs, hasBias: hasBias)
        }
        var attention = AttentionDescription(
            projections: .interleaved(linear("attention.query_key_value", width, 3 * width, hasBias: hasBias)),
            output: linear("attention.dense", width, width, hasBias: hasBias), heads: heads, keyValueHeads: heads,
            headWidth: width / heads, scale: Float(1 / Double(width / heads).squareRoot()), isCausal: true)
        attention.rotary = try rotary.description(headWidth: width / heads)
        var layer = LayerDescription(
            attention: attention, attentionNorms: .init(before: norm("input_layernorm")),
            mlp: .plain(
                up: linear("mlp.dense_h_to_4h", width, inner), down: linear("mlp.dense_4h_to_h", inner, width),
                activation),
            mlpNorms: .init(before: norm("post_attention_layernorm")))
        layer.isParallel = try fields.flag("use_parallel_residual") ?? true
        return layer
    }
}
