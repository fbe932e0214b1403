internal import JSON
internal import Replacement
internal import TensorIO

/// config.json of a model that was read from GGUF.
struct HuggingFaceConfig {
    private let family: ModelFamily
    private let metadata: GGUFMetadata
    private let shapes: [String: [Int]]
    private(set) var members: [JSONBuilder.Member] = []

    /// Makes it of what the file says.
    ///
    /// - Parameter shapes: those of the tensors, by GGUF's names.
    /// - Throws: `FocusError` where a setting is missing, impossible, or one that transformers has no name for.
    init(
        _ family: ModelFamily, _ metadata: GGUFMetadata, shapes: [String: [Int]], elementType: ElementType
    ) throws(FocusError) {
        self.family = family
        self.metadata = metadata
        self.shapes = shapes
        put("architectures", .texts([family.className]))
        put("model_type", .text(family.modelType))
        guard let table = shapes["token_embd.weight"], table.count == 2, let rows = table.first else {
            throw FocusError(
                "has no tensor 'token_embd.weight' of two axes: it is no model, or damaged",
                path: metadata.path)
        }
        put("vocab_size", .integer(rows))
        for rule in family.settings { try put(rule) }
        put(family.activation.key, .text(family.activation.name))
        try family.isEncoder ? putEncoder() : putDecoder()
        for (key, role) in [("bos_token_id", "bos"), ("eos_token_id", "eos"), ("pad_token_id", "padding")] {
            let id = try metadata.size("tokenizer.ggml.\(role)_token_id")
            put(key, id.flatMap { $0 < rows ? .integer($0) : nil } ?? .null)
        }
        if let name = HuggingFaceConfig.typeName(elementType) { put("dtype", .text(name)) }
    }

    /// What transformers calls a type of weights; nil for one that it has no weights of.
    static func typeName(_ type: ElementType) -> String? {
        switch type {
        case .f32: "float32"
        case .f16: "float16"
        case .bf16: "bfloat16"
        case .f64: "float64"
        default: nil
        }
    }

    /// The file.
    var json: JSONBuilder { .object(members) }

    private mutating func put(_ key: String, _ value: JSONBuilder) {
        members.append(.init(key, value))
    }

    private func key(_ name: String) -> String { "\(family.architecture).\(name)" }

    private mutating func put(_ rule: SettingRule) throws(FocusError) {
        if rule.isReal {
            guard let number = try metadata.number(key(rule.gguf)) else {
                return try missing(rule)
            }
            return put(rule.huggingFace, .double(number))
        }
        guard let size = try metadata.size(key(rule.gguf)) else { return try missing(rule) }
        put(rule.huggingFace, .integer(size))
    }

    private mutating func missing(_ rule: SettingRule) throws(FocusError) {
        guard !rule.isRequired else {
            throw FocusError(
                "its metadata lack '\(key(rule.gguf))', without which the model cannot be run: "
                    + "convert it anew with convert_hf_to_gguf.py", path: metadata.path)
        }
        put(rule.huggingFace, .null)
    }

    private mutating func putDecoder() throws(FocusError) {
        let heads = try metadata.required(key("attention.head_count"))
        let width = try metadata.required(key("embedding_length"))
        put("num_key_value_heads", .integer(try metadata.size(key("attention.head_count_kv")) ?? heads))
        let headSize = try metadata.size(key("attention.key_length")) ?? width / heads
        guard headSize == (try metadata.size(key("attention.value_length")) ?? headSize) else {
            throw metadata.invalid(
                key("attention.value_length"),
                "not the length of keys, which is \(headSize): "
                    + "transformers has no such \(family.architecture)")
        }
        if family.modelType != "phi3" { put("head_dim", .integer(headSize)) }
        put("tie_word_embeddings", .boolean(shapes["output.weight"] == nil))
        let hasBias = shapes["blk.0.attn_q.bias"] != nil
        switch family.modelType {
        case "llama":
            put("attention_bias", .boolean(hasBias))
            put("mlp_bias", .boolean(shapes["blk.0.ffn_up.bias"] != nil))
            guard try metadata.size(key("expert_count")) ?? 0 == 0 else {
                throw metadata.invalid(
                    key("expert_count"),
                    "a mixture of experts, which is not converted here: "
                        + "transformers reads some with from_pretrained(gguf_file=...)")
            }
        case "qwen3": put("attention_bias", .boolean(hasBias))
        case "qwen2": put("use_sliding_window", .boolean(false))
        case "gemma2", "gemma3_text": try putGemma(heads: heads, width: width, headSize: headSize)
        case "phi3": try putPhi(headSize: headSize)
        default: break
        }
        try putRotary(headSize: headSize)
    }

    private mutating func putEncoder() throws(FocusError) {
        put("type_vocab_size", .integer(shapes["token_types.weight"]?.first ?? 1))
        if family.modelType == "nomic_bert" {
            put(
                "rope_parameters",
                .object([
                    .init("rope_type", .text("default")),
                    .init("rope_theta", .double(try metadata.number(key("rope.freq_base")) ?? 1000)),
                ]))
        }
    }

    private mutating func putGemma(heads: Int, width: Int, headSize: Int) throws(FocusError) {
        let layers = try metadata.required(key("block_count"))
        // llama.cpp tells the largest models by their layers, and scales their queries by what heads share.
        let isLargest = layers == (family.modelType == "gemma2" ? 46 : 62)
        if family.modelType == "gemma2" {
            // What llama.cpp takes where the file says nothing.
            for (name, usual) in [("attn_logit_softcapping", 50.0), ("final_logit_softcapping", 30.0)]
            where try metadata.number(key(name)) == nil {
                members.removeAll { $0.key == Array(name.utf8) }
                put(name, .double(usual))
            }
        }
        put("query_pre_attn_scalar", .integer(isLargest ? width / heads : headSize))
        let usual = family.modelType == "gemma2" ? 2 : 6
        let period = try metadata.size(key("attention.sliding_window_pattern")) ?? usual
        guard (1...1024).contains(period), layers <= 1 << 16 else {
            throw metadata.invalid(key("attention.sliding_window_pattern"), "which no model has")
        }
        put("layer_types", .texts((1...layers).map { $0 % period == 0 ? "full_attention" : "sliding_attention" }))
        if family.modelType == "gemma3_text" {
            put("rope_local_base_freq", .double(try metadata.number(key("rope.freq_base_swa")) ?? 10_000))
        }
    }

    private mutating func putPhi(headSize: Int) throws(FocusError) {
        if let window = try metadata.size(key("attention.sliding_window")), window > 0 {
            put("sliding_window", .integer(window))
        } else {
            put("sliding_window", .null)
        }
        let context = try metadata.required(key("context_length"))
        let original = try metadata.size(key("rope.scaling.original_context_length")) ?? context
        put("original_max_position_embeddings", .integer(original))
        let rotated = try metadata.size(key("rope.dimension_count")) ?? headSize
        put("partial_rotary_factor", .double(headSize > 0 ? Double(rotated) / Double(headSize) : 1))
    }

    private mutating func putRotary(headSize: Int) throws(FocusError) {
        let usual = family.modelType == "gemma3_text" ? 1_000_000.0 : 10_000.0
        put("rope_theta", .double(try metadata.number(key("rope.freq_base")) ?? usual))
        let kind = metadata.text(key("rope.scaling.type")) ?? "none"
        if family.modelType != "phi3" {
            guard try metadata.size(key("rope.dimension_count")) ?? headSize == headSize else {
                throw metadata.invalid(
                    key("rope.dimension_count"),
                    "not the \(headSize) numbers of a head: no layer of transformers' "
                        + "\(family.className) does that")
            }
            let attention = try metadata.number(key("rope.scaling.attn_factor")) ?? 1
            guard attention == 1 || kind == "yarn" else {
                throw metadata.invalid(
                    key("rope.scaling.attn_factor"), "which transformers has with YaRN and LongRoPE only")
            }
        }
        let factor = try metadata.number(key("rope.scaling.factor")) ?? 1
        switch kind {
        case "none", "": put("rope_scaling", .null)
        case "linear":
            put("rope_scaling", .object([.init("rope_type", .text("linear")), .init("factor", .double(factor))]))
        case "yarn":
            let original = try metadata.required(key("rope.scaling.original_context_length"))
            put(
                "rope_scaling",
                .object(
                    [
                        .init("rope_type", .text("yarn")), .init("factor", .double(factor)),
                        .init("original_max_position_embeddings", .integer(original)),
                    ] + (try attention(stretch: factor))))
        default:
            throw metadata.invalid(
                key("rope.scaling.type"),
                "a scaling of angles that is not converted here: "
                    + "none, linear and yarn are")
        }
    }

    /// YaRN's factor of attention, where it is not what the stretch gives.
    private func attention(stretch: Double) throws(FocusError) -> [JSONBuilder.Member] {
        let others = [
            ("beta_fast", 32.0), ("beta_slow", 1.0), ("ext_factor", 1.0), ("attn_factor", 1.0), ("log_multiplier", 0.0),
        ]
        for (name, usual) in others {
            let key = key("rope.scaling.yarn_\(name)")
            guard let number = try metadata.number(key), number != usual else { continue }
            throw metadata.invalid(
                key, "but llama.cpp computes with \(usual) for \(family.architecture), whatever the file says")
        }
        guard let factor = try metadata.number(key("rope.scaling.attn_factor")), factor != 1 else { return [] }
        // As a float has it: the quotient was one.
        let attention = Float(factor * RotaryScaling.yarnAttention(stretch: stretch))
        guard attention.isFinite else {
            throw metadata.invalid(key("rope.scaling.attn_factor"), "which is no factor: the file is damaged")
        }
        return [.init("attention_factor", .number(attention.description))]
    }

    /// Puts the scaling that tensors of factors say in the place of what was there.
    mutating func setScaling(_ scaling: JSONBuilder) {
        for index in members.indices where members[index].key == Array("rope_scaling".utf8) {
            members[index].value = scaling
        }
    }
}
