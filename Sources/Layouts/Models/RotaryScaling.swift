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
        let stretch = Double(context) / Double(original)
        let attention = stretch > 1 ? 1 + Power.logarithm(stretch) / Power.logarithm(Double(original)) : 1
        builder.set("\(prefix).attn_factor", number: attention.squareRoot())
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
