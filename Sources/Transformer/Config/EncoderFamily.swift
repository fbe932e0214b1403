private import Glibc
internal import JSON

/// Reads the config.json of encoders in the manner of BERT.
struct EncoderFamily {
    private var fields: ConfigFields
    private let width: Int
    private let epsilon: Float

    /// Whether a family is one of these, and what it does with positions: RoBERTa counts those that are no padding,
    /// from the id of padding on.
    static func countsFromPadding(_ family: String) -> Bool? {
        switch family {
        case "bert": false
        case "roberta", "xlm-roberta", "camembert": true
        default: nil
        }
    }

    /// Reads what all layers share.
    init(_ settings: ConfigFields) throws(TransformerError) {
        var fields = settings
        width = try fields.needed("hidden_size")
        epsilon = Float(try fields.positiveNumber("layer_norm_eps") ?? 1e-12)
        self.fields = fields
    }

    /// The description that the settings make.
    mutating func description(countsFromPadding: Bool) throws(TransformerError) -> ModelDescription {
        try fields.require("is_decoder", false)
        try fields.require("add_cross_attention", false)
        if let kind = try fields.string("position_embedding_type"), kind != "absolute" {
            throw TransformerError(
                .unsupported, "config.json has 'position_embedding_type' '\(kind)', which is not known")
        }
        if let other = try fields.positive("embedding_size"), other != width {
            throw TransformerError(.unsupported, "config.json has 'embedding_size' \(other), and states of \(width)")
        }
        let rows = try fields.positive("max_position_embeddings") ?? 512
        let padding = fields.value("pad_token_id")?.integer ?? 1
        let first = countsFromPadding ? padding + 1 : 0
        guard first >= 0, first < rows else {
            throw TransformerError(
                .unsupported, "config.json has \(rows) positions, of which the first is \(first): none are left")
        }
        var embedding = EmbeddingDescription(table: "embeddings.word_embeddings")
        embedding.positions = .init(
            name: "embeddings.position_embeddings", count: rows, first: first,
            paddingID: countsFromPadding ? padding : nil)
        embedding.segments = .init(
            name: "embeddings.token_type_embeddings", count: try fields.positive("type_vocab_size") ?? 2)
        embedding.norm = norm("embeddings.LayerNorm")
        let count = try Limits.layerCount(try fields.needed("num_hidden_layers"))
        let layer = try self.layer()
        let description = ModelDescription(
            family: fields.family, width: width, isCausal: false, maximumPositions: rows - first,
            embedding: embedding, layerPrefix: "encoder.layer.{}.", layers: Array(repeating: layer, count: count),
            head: try head(layer, isRoberta: countsFromPadding),
            unusedTensors: ["position_ids", "token_type_ids"], otherParts: ["pooler."])
        try fields.refuseOthers()
        return description
    }

    private func norm(_ name: String) -> NormDescription {
        NormDescription(name, .layer, width: width, epsilon: epsilon, hasBias: true)
    }

    private mutating func layer() throws(TransformerError) -> LayerDescription {
        let heads = try fields.needed("num_attention_heads")
        guard width.isMultiple(of: heads) else {
            throw TransformerError(
                .unsupported, "config.json has states of \(width) for \(heads) heads: no whole number")
        }
        try Limits.checkHeads(heads, heads, width / heads)
        let inner = try fields.needed("intermediate_size")
        let activation = try fields.activation("hidden_act", otherwise: "gelu")
        func linear(_ name: String, _ inputs: Int, _ outputs: Int) -> LinearDescription {
            LinearDescription(name, from: inputs, to: outputs, hasBias: true)
        }
        return LayerDescription(
            attention: AttentionDescription(
                projections: .separate(
                    query: linear("attention.self.query", width, width),
                    key: linear("attention.self.key", width, width),
                    value: linear("attention.self.value", width, width)),
                output: linear("attention.output.dense", width, width), heads: heads, keyValueHeads: heads,
                headWidth: width / heads, scale: Float(1 / Double(width / heads).squareRoot()), isCausal: false),
            attentionNorms: .init(ofSum: norm("attention.output.LayerNorm")),
            mlp: .plain(
                up: linear("intermediate.dense", width, inner), down: linear("output.dense", inner, width), activation),
            mlpNorms: .init(ofSum: norm("output.LayerNorm")))
    }

    private mutating func head(
        _ layer: LayerDescription, isRoberta: Bool
    ) throws(TransformerError) -> HeadDescription {
        let place = isRoberta ? "lm_head." : "cls.predictions."
        var activation = Activation.gelu
        if !isRoberta { activation = try fields.activation("hidden_act", otherwise: "gelu") }
        var head = HeadDescription(
            tables: [place + "decoder"], biases: [place + "bias", place + "decoder.bias"],
            isTied: try fields.flag("tie_word_embeddings") ?? true)
        head.transform = .init(
            dense: LinearDescription(
                isRoberta ? "lm_head.dense" : "cls.predictions.transform.dense", from: width, to: width, hasBias: true),
            activation: activation,
            norm: norm(isRoberta ? "lm_head.layer_norm" : "cls.predictions.transform.LayerNorm"))
        return head
    }
}
