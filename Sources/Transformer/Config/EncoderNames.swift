/// What encoders in the manner of BERT call their settings and tensors.
struct EncoderNames {
    // Settings.
    var width = "hidden_size"
    var layers = "num_hidden_layers"
    var heads = "num_attention_heads"
    var inner = "intermediate_size"
    var activation = "hidden_act"
    // Tensors.
    var layerPrefix = "encoder.layer.{}."
    var query = "attention.self.query"
    var key = "attention.self.key"
    var value = "attention.self.value"
    var output = "attention.output.dense"
    var attentionNorm = "attention.output.LayerNorm"
    var up = "intermediate.dense"
    var down = "output.dense"
    var norm = "output.LayerNorm"
    var headTable = "lm_head.decoder"
    var headBiases = ["lm_head.bias", "lm_head.decoder.bias"]
    var headDense = "lm_head.dense"
    var headNorm = "lm_head.layer_norm"

    // What differs.
    /// Whether positions are counted from the id of padding on, and without it.
    var countsFromPadding = false
    /// The id of padding whatever config.json says.
    var fixedPadding: Int?
    var hasSegments = true
    /// The table of what distances add to scores, if there is one.
    var relativeBias: String?
    /// Whether the head's activation is that of the layers; otherwise it is GELU.
    var headActivationIsLayers = false

    /// The names of a family; nil where it is none of these.
    init?(family: String) {
        switch family {
        case "bert":
            headTable = "cls.predictions.decoder"
            headBiases = ["cls.predictions.bias", "cls.predictions.decoder.bias"]
            headDense = "cls.predictions.transform.dense"
            headNorm = "cls.predictions.transform.LayerNorm"
            headActivationIsLayers = true
        case "roberta", "xlm-roberta", "camembert": countsFromPadding = true
        case "mpnet":
            (query, key, value) = ("attention.attn.q", "attention.attn.k", "attention.attn.v")
            (output, attentionNorm) = ("attention.attn.o", "attention.LayerNorm")
            (countsFromPadding, fixedPadding, hasSegments) = (true, 1, false)
            relativeBias = "encoder.relative_attention_bias"
        case "distilbert":
            (width, layers, heads, inner, activation) = ("dim", "n_layers", "n_heads", "hidden_dim", "activation")
            layerPrefix = "transformer.layer.{}."
            (query, key, value) = ("attention.q_lin", "attention.k_lin", "attention.v_lin")
            (output, attentionNorm) = ("attention.out_lin", "sa_layer_norm")
            (up, down, norm) = ("ffn.lin1", "ffn.lin2", "output_layer_norm")
            (headTable, headBiases) = ("vocab_projector", ["vocab_projector.bias"])
            (headDense, headNorm) = ("vocab_transform", "vocab_layer_norm")
            hasSegments = false
            headActivationIsLayers = true
        default: return nil
        }
    }
}
