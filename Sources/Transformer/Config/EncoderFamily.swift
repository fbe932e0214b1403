internal import JSON

/// Reads the config.json of encoders in the manner of BERT: norms after each sum, and rows for positions.
struct EncoderFamily {
    private let names: EncoderNames
    private var fields: ConfigFields
    private let width: Int
    private let epsilon: Float
    private let activation: Activation

    /// Reads what all layers share; nil where the family is none of these.
    init?(_ settings: ConfigFields) throws(TransformerError) {
        guard let names = EncoderNames(family: settings.family) else { return nil }
        var fields = settings
        self.names = names
        width = try fields.needed(names.width)
        epsilon = Float(try fields.positiveNumber("layer_norm_eps") ?? 1e-12)
        activation = try fields.activation(names.activation, otherwise: "gelu")
        self.fields = fields
    }

    /// The description that the settings make.
    mutating func description() throws(TransformerError) -> ModelDescription {
        try fields.require("is_decoder", false)
        try fields.require("add_cross_attention", false)
        // Only tells how rows of positions were made.
        fields.ignore("sinusoidal_pos_embds")
        if let kind = try fields.string("position_embedding_type"), kind != "absolute" {
            throw TransformerError(
                .unsupported, "config.json has 'position_embedding_type' '\(kind)', which is not known")
        }
        if let other = try fields.positive("embedding_size"), other != width {
            throw TransformerError(.unsupported, "config.json has 'embedding_size' \(other), and states of \(width)")
        }
        let count = try Limits.layerCount(try fields.needed(names.layers))
        let layer = try self.layer()
        let embedding = try self.embedding()
        let rows = embedding.positions
        let description = ModelDescription(
            family: fields.family, width: width, isCausal: false,
            maximumPositions: rows.map { $0.count - $0.first } ?? 0, embedding: embedding,
            layerPrefix: names.layerPrefix, layers: Array(repeating: layer, count: count), head: try head(),
            unusedTensors: ["position_ids", "token_type_ids"], otherParts: ["pooler."])
        try fields.refuseOthers()
        return description
    }

    private mutating func embedding() throws(TransformerError) -> EmbeddingDescription {
        let rows = try fields.positive("max_position_embeddings") ?? 512
        let padding = names.fixedPadding ?? fields.value("pad_token_id")?.integer ?? 1
        guard !names.countsFromPadding || padding >= 0 && padding < rows - 1 else {
            throw TransformerError(
                .unsupported, "config.json has 'pad_token_id' \(padding) and \(rows) positions, which begin after it")
        }
        var embedding = EmbeddingDescription(table: "embeddings.word_embeddings")
        embedding.positions = .init(
            name: "embeddings.position_embeddings", count: rows, first: names.countsFromPadding ? padding + 1 : 0,
            paddingID: names.countsFromPadding ? padding : nil)
        if names.hasSegments {
            embedding.segments = .init(
                name: "embeddings.token_type_embeddings", count: try fields.positive("type_vocab_size") ?? 2)
        }
        embedding.norm = norm("embeddings.LayerNorm")
        return embedding
    }

    private func norm(_ name: String) -> NormDescription {
        NormDescription(name, .layer, width: width, epsilon: epsilon, hasBias: true)
    }

    private func linear(_ name: String, _ inputs: Int, _ outputs: Int) -> LinearDescription {
        LinearDescription(name, from: inputs, to: outputs, hasBias: true)
    }

    private mutating func layer() throws(TransformerError) -> LayerDescription {
        let heads = try fields.needed(names.heads)
        guard width.isMultiple(of: heads) else {
            throw TransformerError(
                .unsupported, "config.json has states of \(width) for \(heads) heads: no whole number")
        }
        try Limits.checkHeads(heads, heads, width / heads)
        let inner = try fields.needed(names.inner)
        var attention = AttentionDescription(
            projections: .separate(
                query: linear(names.query, width, width), key: linear(names.key, width, width),
                value: linear(names.value, width, width)),
            output: linear(names.output, width, width), heads: heads, keyValueHeads: heads, headWidth: width / heads,
            scale: Float(1 / Double(width / heads).squareRoot()), isCausal: false)
        if let name = names.relativeBias {
            let buckets = try fields.positive("relative_attention_num_buckets") ?? 32
            guard buckets == 32 else {
                throw TransformerError(.unsupported, "config.json has \(buckets) buckets of distances, not 32")
            }
            attention.relativeBias = RelativeBias(name: name, place: .model, bucketCount: 32, maximumDistance: 128)
        }
        return LayerDescription(
            attention: attention, attentionNorms: .init(ofSum: norm(names.attentionNorm)),
            mlp: .plain(up: linear(names.up, width, inner), down: linear(names.down, inner, width), activation),
            mlpNorms: .init(ofSum: norm(names.norm)))
    }

    private mutating func head() throws(TransformerError) -> HeadDescription {
        var head = HeadDescription(
            tables: [names.headTable], biases: names.headBiases,
            isTied: try fields.flag("tie_word_embeddings") ?? true)
        head.transform = .init(
            dense: linear(names.headDense, width, width),
            activation: names.headActivationIsLayers ? activation : .gelu, norm: norm(names.headNorm))
        return head
    }
}
