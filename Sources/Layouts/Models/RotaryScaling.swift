internal import JSON
internal import Replacement

/// How a model of transformers stretches its rotary positions, as GGUF says it.
struct RotaryScaling {
    private let config: ConfigSource
    private let family: ModelFamily
    private let rotated: Int

    /// - Parameter rotated: the numbers of a head that are rotated.
    init(_ config: ConfigSource, _ family: ModelFamily, rotated: Int) {
        self.config = config
        self.family = family
        self.rotated = rotated
    }

    /// Adds keys, and tensors of factors.
    ///
    /// - Throws: `FocusError` where it is of a kind that llama.cpp does not know, or lacks a number.
    func put(
        into builder: inout GGUFMetadataBuilder, _ factors: inout [(name: String, numbers: [Float])]
    ) throws(FocusError) {
        let scaling = config.rotary(layers: "full_attention")
        let kind = scaling?["rope_type"]?.string ?? scaling?["type"]?.string ?? "default"
        func number(_ name: String, or usual: Double? = nil) throws(FocusError) -> Double {
            guard let number = scaling?[name]?.double ?? usual, number.isFinite, number > 0 else {
                throw config.invalid("rope_scaling", "has no '\(name)' above 0")
            }
            return number
        }
        let prefix = "\(family.architecture).rope.scaling"
        switch kind {
        case "default": break
        case "linear":
            builder.set("\(prefix).type", text: "linear")
            builder.set("\(prefix).factor", number: try number("factor"))
        case "yarn":
            builder.set("\(prefix).type", text: "yarn")
            builder.set("\(prefix).factor", number: try number("factor"))
            let context = try number(
                "original_max_position_embeddings",
                or: try config.number("max_position_embeddings"))
            builder.set("\(prefix).original_context_length", size: Int(min(context, 1e9)))
            try putYarn(scaling, prefix, stretch: try number("factor"), into: &builder)
        case "llama3":
            guard family.architecture == "llama", rotated > 1, rotated < 1 << 16 else { fallthrough }
            let numbers = RotaryFactors.llama(
                count: rotated / 2, base: try config.rotaryBase(layers: "full_attention", or: 10_000),
                factor: try number("factor"), low: try number("low_freq_factor", or: 1),
                high: try number("high_freq_factor", or: 4),
                context: try number("original_max_position_embeddings", or: 8192))
            factors.append((RotaryFactors.names[0], numbers.map { Float($0) }))
        case "longrope" where family.modelType == "phi3", "su" where family.modelType == "phi3":
            try putLong(scaling, prefix, into: &builder, &factors)
        default:
            throw config.invalid(
                "rope_scaling",
                "is of type '\(kind)', which llama.cpp does not know for "
                    + "\(family.architecture)")
        }
    }

    /// What YaRN multiplies attention by where nothing is said: 0.1 times the logarithm of the stretch, and 1.
    static func yarnAttention(stretch: Double, scale: Double = 1) -> Double {
        stretch > 1 ? 0.1 * scale * Power.logarithm(stretch) + 1 : 1
    }

    /// The same of LongRoPE.
    static func longAttention(stretch: Double, original: Int) -> Double {
        guard stretch > 1, original > 1 else { return 1 }
        return (1 + Power.logarithm(stretch) / Power.logarithm(Double(original))).squareRoot()
    }

    /// A number of the scaling above 0; nil where it is missing or null.
    private func named(_ name: String, _ scaling: JSONValue?) throws(FocusError) -> Double? {
        guard let value = scaling?[name], !value.isNull else { return nil }
        guard let number = value.double, number.isFinite, number > 0 else {
            throw config.invalid("rope_scaling", "has a '\(name)' that is no number above 0")
        }
        return number
    }

    /// What YaRN has beside its stretch: llama.cpp reads one factor of attention for these architectures, and no more.
    private func putYarn(
        _ scaling: JSONValue?, _ prefix: String, stretch: Double, into builder: inout GGUFMetadataBuilder
    ) throws(FocusError) {
        for (name, usual) in [("beta_fast", 32.0), ("beta_slow", 1.0)] {
            guard let number = try named(name, scaling), number != usual else { continue }
            throw config.invalid(
                "rope_scaling",
                "has '\(name)' \(number), but llama.cpp computes with \(usual) for \(family.architecture)")
        }
        guard scaling?["truncate"]?.boolean != false else {
            throw config.invalid("rope_scaling", "has 'truncate' false, but llama.cpp always rounds (true)")
        }
        let usual = RotaryScaling.yarnAttention(stretch: stretch)
        var attention = try named("attention_factor", scaling)
        if attention == nil, let scale = scaling?["mscale"]?.double, let all = scaling?["mscale_all_dim"]?.double,
            scale != 0, all != 0
        {
            attention =
                RotaryScaling.yarnAttention(stretch: stretch, scale: scale)
                / RotaryScaling.yarnAttention(stretch: stretch, scale: all)
        }
        guard let attention, abs(attention - usual) > 1e-6 * usual else { return }
        guard family.modelType != "gemma3_text", attention.isFinite, attention > 0 else {
            throw config.invalid(
                "rope_scaling",
                "makes 'attention_factor' \(attention), but llama.cpp computes with \(usual) for "
                    + family.architecture)
        }
        builder.set("\(prefix).attn_factor", number: attention / usual)
    }

    private func putLong(
        _ scaling: JSONValue?, _ prefix: String, into builder: inout GGUFMetadataBuilder,
        _ factors: inout [(name: String, numbers: [Float])]
    ) throws(FocusError) {
        let context = try config.required("max_position_embeddings")
        let original =
            try config.size("original_max_position_embeddings")
            ?? scaling?["original_max_position_embeddings"]?.integer ?? context
        guard original > 1, original <= GGUFMetadata.largestSize else {
            throw config.invalid("original_max_position_embeddings", "is no length of a text")
        }
        builder.set("\(prefix).original_context_length", size: original)
        let stretch = try named("factor", scaling) ?? Double(context) / Double(original)
        let attention = try named("attention_factor", scaling)
        builder.set(
            "\(prefix).attn_factor",
            number: attention ?? RotaryScaling.longAttention(stretch: stretch, original: original))
        for (index, name) in [(1, "long_factor"), (2, "short_factor")] {
            let numbers = scaling?[name]?.elements.compactMap(\.double) ?? []
            guard numbers.count == rotated / 2 else {
                throw config.invalid(
                    "rope_scaling",
                    "has \(numbers.count) numbers in '\(name)', where "
                        + "\(rotated / 2) are needed")
            }
            factors.append((RotaryFactors.names[index], numbers.map { Float($0) }))
        }
    }
}
