/// Reads the config.json of T5, of which the encoder is run: positions are told by distances, scores are not scaled.
struct T5Family {
    private var fields: ConfigFields
    private let width: Int
    private let epsilon: Float

    /// Reads what all layers share.
    init(_ settings: ConfigFields) throws(TransformerError) {
        var fields = settings
        width = try fields.needed("d_model")
        epsilon = Float(try fields.positiveNumber("layer_norm_epsilon") ?? 1e-6)
        self.fields = fields
    }

    /// The description that the settings make.
    ///
    /// - Parameter sharesBias: whether the table of the first layer counts for all.
    mutating func description(sharesBias: Bool) throws(TransformerError) -> ModelDescription {
        try fields.require("is_decoder", false)
        // Of the decoder, or derived from others.
        fields.ignore(
            "num_decoder_layers", "is_encoder_decoder", "scale_decoder_outputs", "dense_act_fn", "is_gated_act",
            "n_positions", "output_past")
        let count = try Limits.layerCount(try fields.needed("num_layers"))
        let layer = try self.layer(sharesBias: sharesBias)
        let description = ModelDescription(
            family: fields.family, width: width, isCausal: false, maximumPositions: 1 << 20,
            embedding: EmbeddingDescription(table: "shared"), layerPrefix: "encoder.block.{}.",
            layers: Array(repeating: layer, count: count), finalNorm: norm("encoder.final_layer_norm"),
            head: HeadDescription(tables: [], isTied: false), unusedTensors: ["encoder.embed_tokens.weight"],
            otherParts: ["decoder.", "lm_head."])
        try fields.refuseOthers()
        return description
    }

    private func norm(_ name: String) -> NormDescription {
        NormDescription(name, .rootMeanSquare, width: width, epsilon: epsilon)
    }

    private mutating func layer(sharesBias: Bool) throws(TransformerError) -> LayerDescription {
        let heads = try fields.needed("num_heads")
        let headWidth = try fields.needed("d_kv")
        try Limits.checkHeads(heads, heads, headWidth)
        func attended(_ name: String, _ inputs: Int, _ outputs: Int) -> LinearDescription {
            LinearDescription("layer.0.SelfAttention.\(name)", from: inputs, to: outputs, hasBias: false)
        }
        let (inner, all) = (try fields.needed("d_ff"), heads * headWidth)
        var attention = AttentionDescription(
            projections: .separate(
                query: attended("q", width, all), key: attended("k", width, all), value: attended("v", width, all)),
            output: attended("o", all, width), heads: heads, keyValueHeads: heads, headWidth: headWidth, scale: 1,
            isCausal: false)
        let buckets = try fields.positive("relative_attention_num_buckets") ?? 32
        let distance = try fields.positive("relative_attention_max_distance") ?? 128
        guard buckets >= 4, buckets.isMultiple(of: 4), distance > buckets / 4 else {
            throw TransformerError(
                .unsupported, "config.json has \(buckets) buckets of distances up to \(distance), which are not run")
        }
        attention.relativeBias = RelativeBias(
            name: "layer.0.SelfAttention.relative_attention_bias", place: sharesBias ? .layer(0) : .eachLayer,
            bucketCount: buckets, maximumDistance: distance)
        return LayerDescription(
            attention: attention, attentionNorms: .init(before: norm("layer.0.layer_norm")), mlp: try mlp(inner),
            mlpNorms: .init(before: norm("layer.1.layer_norm")))
    }

    /// `relu`, `gated-gelu` and the like; the gated one means the function with a hyperbolic tangent.
    private mutating func mlp(_ inner: Int) throws(TransformerError) -> MLPDescription {
        let name = try fields.string("feed_forward_proj") ?? "relu"
        let parts = name.split(separator: "-", maxSplits: 1).map(String.init)
        let isGated = parts.count == 2 && parts[0] == "gated"
        guard parts.count == (isGated ? 2 : 1),
            let activation = Activation(named: name == "gated-gelu" ? "gelu_new" : parts[parts.count - 1])
        else {
            throw TransformerError(
                .unsupported, "config.json has 'feed_forward_proj' '\(name.prefix(60))', which is not known")
        }
        func linear(_ name: String, _ inputs: Int, _ outputs: Int) -> LinearDescription {
            LinearDescription("layer.1.DenseReluDense.\(name)", from: inputs, to: outputs, hasBias: false)
        }
        let down = linear("wo", inner, width)
        return isGated
            ? .gated(gate: linear("wi_0", width, inner), up: linear("wi_1", width, inner), down: down, activation)
            : .plain(up: linear("wi", width, inner), down: down, activation)
    }
}
