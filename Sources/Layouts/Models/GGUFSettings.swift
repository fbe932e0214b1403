internal import JSON
internal import Replacement
internal import TensorIO

/// The hyperparameters of a model of transformers as GGUF has them, and the tensors of numbers that belong to them.
struct GGUFSettings {
    private let family: ModelFamily
    private let config: ConfigSource
    private(set) var builder: GGUFMetadataBuilder
    /// Factors of frequencies, by the name of their tensor.
    private(set) var factors: [(name: String, numbers: [Float])] = []
    /// What the user should know.
    private(set) var notes: [String] = []

    /// Reads `config`.
    ///
    /// - Throws: `FocusError` where a setting is missing, or has a value that llama.cpp does not know for this
    ///   architecture.
    init(_ family: ModelFamily, _ config: ConfigSource, _ builder: GGUFMetadataBuilder, rows: Int) throws(FocusError) {
        self.family = family
        self.config = config
        self.builder = builder
        for rule in family.settings { try put(rule) }
        try checkActivation()
        if family.isEncoder { try putEncoder() } else { try putDecoder(rows: rows) }
    }

    private func key(_ name: String) -> String { "\(family.architecture).\(name)" }

    private mutating func put(_ rule: SettingRule) throws(FocusError) {
        if rule.isReal {
            guard let number = try config.number(rule.huggingFace) else { return try missing(rule) }
            return builder.set(key(rule.gguf), number: number)
        }
        guard let size = try config.size(rule.huggingFace) else { return try missing(rule) }
        guard size > 0 || !rule.isRequired else { throw config.invalid(rule.huggingFace, "is 0") }
        builder.set(key(rule.gguf), size: size)
    }

    private mutating func missing(_ rule: SettingRule) throws(FocusError) {
        guard rule.isRequired else { return }
        switch rule.huggingFace {
        case "rms_norm_eps": builder.set(key(rule.gguf), number: 1e-6)
        case "layer_norm_eps": builder.set(key(rule.gguf), number: 1e-12)
        default: throw config.invalid(rule.huggingFace, "is missing: llama.cpp needs it")
        }
    }

    private func checkActivation() throws(FocusError) {
        let expected = family.activation.name
        let found =
            config["hidden_activation"]?.string ?? config["hidden_act"]?.string
            ?? config["activation_function"]?.string ?? expected
        let same =
            ["silu": ["silu", "swish", "swiglu"], "gelu": ["gelu"]][expected]
            ?? ["gelu_pytorch_tanh", "gelu_new", "gelu"]
        guard same.contains(found) else {
            throw config.invalid(
                family.activation.key, "is '\(found)', but llama.cpp computes '\(expected)' for \(family.architecture)")
        }
    }

    private mutating func putEncoder() throws(FocusError) {
        builder.set(key("attention.causal"), truth: false)
        builder.set("tokenizer.ggml.token_type_count", size: try config.size("type_vocab_size") ?? 1)
        if family.modelType == "nomic_bert" {
            builder.set(key("rope.freq_base"), number: try config.rotaryBase(layers: "full_attention", or: 1000))
        }
        if let kind = config["position_embedding_type"]?.string, kind != "absolute" {
            throw config.invalid("position_embedding_type", "is '\(kind)', which llama.cpp's BERT does not have")
        }
    }

    private mutating func putDecoder(rows: Int) throws(FocusError) {
        let heads = try config.required("num_attention_heads")
        let width = try config.required("hidden_size")
        builder.set(key("attention.head_count_kv"), size: try config.required("num_key_value_heads", or: heads))
        let isGemma = family.modelType.hasPrefix("gemma")
        let headSize = try config.required("head_dim", or: isGemma ? 256 : width / heads)
        builder.set(key("attention.key_length"), size: headSize)
        builder.set(key("attention.value_length"), size: headSize)
        if family.architecture == "llama" { builder.set(key("vocab_size"), size: rows) }
        if isGemma { try checkGemma(heads: heads, width: width, headSize: headSize) }
        // Phi's window is mostly as long as the texts, and then no window.
        let least = family.modelType == "phi3" ? try config.size("max_position_embeddings") ?? .max : .max
        if !isGemma, case let window = try config.size("sliding_window") ?? 0, window > 0, window < least,
            config["use_sliding_window"]?.boolean != false
        {
            notes.append("llama.cpp lets \(family.architecture) see all of a text: 'sliding_window' has no effect")
        }
        try putRotary(headSize: headSize)
    }

    private func checkGemma(heads: Int, width: Int, headSize: Int) throws(FocusError) {
        let layers = try config.required("num_hidden_layers")
        let isLargest = layers == (family.modelType == "gemma2" ? 46 : 62)
        let scale = try config.number("query_pre_attn_scalar") ?? 256
        guard scale == Double(isLargest ? width / heads : headSize) else {
            throw config.invalid(
                "query_pre_attn_scalar", "is \(scale), but llama.cpp scales by \(isLargest ? width / heads : headSize)")
        }
        guard config["use_bidirectional_attention"]?.boolean != true else {
            throw config.invalid(
                "use_bidirectional_attention",
                "is true, which is another architecture in llama.cpp: "
                    + "convert_hf_to_gguf.py has it")
        }
        try checkCaps()
        let period = family.modelType == "gemma2" ? 2 : 6
        if config["layer_types"] == nil, let named = try config.size("sliding_window_pattern"), named != period {
            throw config.invalid(
                "sliding_window_pattern", "is \(named), but llama.cpp lets each \(period)th layer see all of a text")
        }
        guard let types = config["layer_types"] else { return }
        for (index, type) in types.elements.enumerated() {
            guard (type.string == "full_attention") == ((index + 1) % period == 0) else {
                throw config.invalid(
                    "layer_types",
                    "makes layer \(index) '\(type.string ?? "?")', but llama.cpp lets each "
                        + "\(period)th see all of a text")
            }
        }
    }

    /// llama.cpp always caps Gemma 2's attention and logits, and never Gemma 3's attention.
    private func checkCaps() throws(FocusError) {
        guard family.modelType == "gemma2" else {
            guard config["attn_logit_softcapping"] == nil else {
                throw config.invalid("attn_logit_softcapping", "is a number, but llama.cpp's gemma3 has no such cap")
            }
            return
        }
        for key in ["attn_logit_softcapping", "final_logit_softcapping"] {
            guard !config.isNull(key), try config.number(key) ?? 1 > 0 else {
                throw config.invalid(key, "is null or no cap, but llama.cpp's gemma2 always has one")
            }
        }
    }

    private mutating func putRotary(headSize: Int) throws(FocusError) {
        let usual = family.modelType == "gemma3_text" ? 1_000_000.0 : 10_000.0
        builder.set(key("rope.freq_base"), number: try config.rotaryBase(layers: "full_attention", or: usual))
        if family.modelType == "gemma3_text" {
            let rotary = config.rotary(layers: "sliding_attention")
            let named = try config.number("rope_local_base_freq")
            let isNested = config["rope_parameters"]?["sliding_attention"] != nil
            let local = (isNested ? rotary?["rope_theta"]?.double : nil) ?? named ?? 10_000
            builder.set(key("rope.freq_base_swa"), number: local)
        }
        var rotated = headSize
        if let part = config.rotary(layers: "full_attention")?["partial_rotary_factor"]?.double
            ?? config["partial_rotary_factor"]?.double, part != 1
        {
            guard family.modelType == "phi3", part > 0, part < 1 else {
                throw config.invalid(
                    "partial_rotary_factor",
                    "is \(part), but llama.cpp rotates all of a head for \(family.architecture)")
            }
            rotated = Int(part * Double(headSize))
        }
        if family.architecture == "llama" || family.architecture == "phi3" {
            builder.set(key("rope.dimension_count"), size: rotated)
        }
        if family.modelType == "phi3" {
            builder.set(key("attention.sliding_window"), size: try config.size("sliding_window") ?? 0)
        }
        try RotaryScaling(config, family, rotated: rotated).put(into: &builder, &factors)
    }
}
