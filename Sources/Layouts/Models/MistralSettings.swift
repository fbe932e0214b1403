internal import Checkpoints
internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO

/// params.json of a model in Mistral's own layout, and what transformers' config.json says of the same model.
struct MistralSettings {
    static let fileName = "params.json"

    private let root: JSONValue
    private let path: FilePath

    /// What tensors are called in both layouts; what GGUF's name is elsewhere is Mistral's here. Mistral has the two
    /// numbers of a pair that is rotated side by side, as GGUF has.
    static let names: [NameRule] = [
        NameRule("tok_embeddings", "model.embed_tokens"), NameRule("norm", "model.norm"),
        NameRule("output", "lm_head"),
        layer("attention_norm", "input_layernorm"), layer("ffn_norm", "post_attention_layernorm"),
        layer("attention.wq", "self_attn.q_proj", .queryPairs), layer("attention.wk", "self_attn.k_proj", .keyPairs),
        layer("attention.wv", "self_attn.v_proj"), layer("attention.wo", "self_attn.o_proj"),
        layer("feed_forward.w1", "mlp.gate_proj"), layer("feed_forward.w2", "mlp.down_proj"),
        layer("feed_forward.w3", "mlp.up_proj"),
    ]

    private static func layer(_ own: String, _ huggingFace: String, _ change: RowChange = .none) -> NameRule {
        NameRule("layers.#.\(own)", "model.layers.#.\(huggingFace)", change)
    }

    /// What a model may have that is no plain decoder, and what it is.
    private static let others = [
        ("moe", "a mixture of experts"), ("vision_encoder", "a model that sees pictures"),
        ("multimodal", "a model that hears or sees"), ("quantization", "a quantised model"),
        ("yarn", "a model with stretched angles (YaRN)"), ("llama_4_scaling", "a model whose attention is scaled"),
        ("lora", "an adapter"), ("n_shared_experts", "a mixture of experts"),
        ("kv_lora_rank", "a model of DeepSeek's kind"),
    ]

    /// Settings that are understood here, or change nothing.
    private static let known: Set<String> = [
        "dim", "n_layers", "head_dim", "hidden_dim", "n_heads", "n_kv_heads", "norm_eps", "vocab_size", "rope_theta",
        "sliding_window", "max_seq_len", "max_position_embeddings", "tied_embeddings", "max_batch_size", "model_type",
        "_name_or_path", "model_parallel", "ffn_dim_multiplier", "multiple_of", "causal", "dtype", "torch_dtype",
        "architectures", "model_max_length",
    ]

    /// Whether the table is the output layer, too.
    var isTied: Bool { root["tied_embeddings"]?.boolean == true }

    /// The shapes of all tensors for a table of `rows` rows, by transformers' names, in which `#` is the number of a
    /// layer.
    ///
    /// - Throws: `FocusError` where a size is missing, or the vocabulary's is another.
    func shapes(rows: Int) throws(FocusError) -> [String: [Int]] {
        guard try size("vocab_size") ?? rows == rows else {
            throw FocusError("has a vocab_size that is not the \(rows) rows of the table of tokens", path: path)
        }
        let (width, hidden, heads) = (try required("dim"), try required("hidden_dim"), try heads())
        let head = try size("head_dim") ?? width / heads.queries
        func product(_ count: Int) -> Int { count.multipliedReportingOverflow(by: head).partialValue }
        let (queries, keys) = (product(heads.queries), product(heads.keys))
        return [
            "model.embed_tokens": [rows, width], "lm_head": [rows, width], "model.norm": [width],
            "model.layers.#.input_layernorm": [width], "model.layers.#.post_attention_layernorm": [width],
            "model.layers.#.self_attn.q_proj": [queries, width], "model.layers.#.self_attn.k_proj": [keys, width],
            "model.layers.#.self_attn.v_proj": [keys, width], "model.layers.#.self_attn.o_proj": [width, queries],
            "model.layers.#.mlp.gate_proj": [hidden, width], "model.layers.#.mlp.up_proj": [hidden, width],
            "model.layers.#.mlp.down_proj": [width, hidden],
        ]
    }

    /// Reads the settings in `folder`.
    ///
    /// - Throws: `FocusError` where they are of a model that is not converted here.
    init(in folder: FilePath) throws {
        let path = folder.appending(MistralSettings.fileName)
        try self.init(JSONFile.read(path).root, path: path)
    }

    /// Reads the settings that `document` has, which messages call `path`.
    ///
    /// - Throws: `FocusError` where they are of a model that is not converted here.
    init(_ document: JSONValue, path: FilePath) throws(FocusError) {
        self.path = path
        root = document["text_config"].flatMap { $0.kind == .object ? $0 : nil } ?? document
        for member in root.members where !MistralSettings.known.contains(String(decoding: member.key, as: UTF8.self)) {
            let key = String(decoding: member.key, as: UTF8.self)
            guard !member.value.isNull, member.value.boolean != false,
                MistralSettings.others.allSatisfy({ $0.0 != key })
            else { continue }
            throw FocusError(
                "has '\(key)', of which it is not known what it changes: convert_mistral_weights_to_hf.py of "
                    + "transformers may know", path: path)
        }
        for (key, what) in MistralSettings.others {
            guard let value = document[key], !value.isNull, value.boolean != false else { continue }
            throw FocusError(
                "has '\(key)': it is \(what), which is not converted here; convert_mistral_weights_to_hf.py of "
                    + "transformers may", path: path)
        }
    }

    private func size(_ key: String) throws(FocusError) -> Int? {
        guard let value = root[key], !value.isNull else { return nil }
        guard let size = value.integer, (1...GGUFMetadata.largestSize).contains(size) else {
            throw FocusError("its '\(key)' is not a whole number that a model can have", path: path)
        }
        return size
    }

    private func required(_ key: String) throws(FocusError) -> Int {
        guard let size = try size(key) else {
            throw FocusError("has no '\(key)', without which the model cannot be run", path: path)
        }
        return size
    }

    private func number(_ key: String, or usual: Double) throws(FocusError) -> Double {
        guard let value = root[key], !value.isNull else { return usual }
        guard let number = value.double, number.isFinite, number > 0 else {
            throw FocusError("its '\(key)' is not a number above 0", path: path)
        }
        return number
    }

    /// The heads of queries, and those of keys and values.
    ///
    /// - Throws: `FocusError` where they are missing.
    func heads() throws(FocusError) -> (queries: Int, keys: Int) {
        let queries = try required("n_heads")
        return (queries, try size("n_kv_heads") ?? queries)
    }

    /// How many layers there are.
    ///
    /// - Throws: `FocusError` where that is missing.
    func layers() throws(FocusError) -> Int { try required("n_layers") }

    /// config.json of transformers' Mistral.
    ///
    /// - Parameters:
    ///   - rows: those of the table of tokens.
    ///   - isTied: whether there is no output layer of its own.
    ///   - elementType: that of the weights.
    ///   - ids: the ids of roles, as `bos_token_id`.
    /// - Throws: `FocusError` where a setting is missing, or no number.
    func config(rows: Int, isTied: Bool, elementType: ElementType, ids: [JSONBuilder.Member]) throws(FocusError)
        -> JSONBuilder
    {
        let heads = try heads()
        let width = try required("dim")
        let window = try window()
        let type = HuggingFaceConfig.typeName(elementType).map { [JSONBuilder.Member("dtype", .text($0))] } ?? []
        let headSize = try size("head_dim") ?? width / heads.queries
        let (named, trained) = (try size("max_position_embeddings"), try size("max_seq_len"))
        let length = named ?? trained ?? MistralSettings.usualLength
        return .object(
            [
                .init("architectures", .texts(["MistralForCausalLM"])), .init("model_type", .text("mistral")),
                .init("vocab_size", .integer(rows)), .init("hidden_size", .integer(width)),
                .init("intermediate_size", .integer(try required("hidden_dim"))),
                .init("num_hidden_layers", .integer(try layers())),
                .init("num_attention_heads", .integer(heads.queries)),
                .init("num_key_value_heads", .integer(heads.keys)),
                .init("head_dim", .integer(headSize)),
                .init("hidden_act", .text("silu")), .init("max_position_embeddings", .integer(length)),
                .init("rms_norm_eps", .double(try number("norm_eps", or: 1e-5))),
                .init("rope_theta", .double(try number("rope_theta", or: 10_000))),
                .init("sliding_window", window.map { .integer($0) } ?? .null),
                .init("tie_word_embeddings", .boolean(isTied)),
            ] + ids + type)
    }

    /// How far a layer sees; nil for as far as there is text.
    private func window() throws(FocusError) -> Int? {
        if let list = root["sliding_window"], list.kind == .array {
            throw FocusError("has layers of different windows, which is not converted here", path: path)
        }
        return try size("sliding_window")
    }

    /// What transformers' converter takes where the settings do not say.
    private static let usualLength = 32_768
}
