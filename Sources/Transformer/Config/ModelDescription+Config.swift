public import JSON

extension ModelDescription {
    /// The description that a config.json makes.
    ///
    /// Every setting that changes what the model computes is known and has a value that is run; all else is refused.
    ///
    /// - Throws: `TransformerError` that names the setting.
    public init(config: JSONValue) throws(TransformerError) {
        let fields = try ConfigFields(config)
        if var decoder = try DecoderFamily(fields) {
            self = try decoder.description()
        } else if var encoder = try EncoderFamily(fields) {
            self = try encoder.description()
        } else {
            self = try ModelDescription.ofOthers(fields)
        }
    }

    private static func ofOthers(_ fields: ConfigFields) throws(TransformerError) -> ModelDescription {
        switch fields.family {
        case "gpt2":
            var family = try GPT2Family(fields)
            return try family.description()
        case "gpt_neox":
            var family = try NeoXFamily(fields)
            return try family.description()
        case "t5", "mt5", "umt5":
            var family = try T5Family(fields)
            return try family.description(sharesBias: fields.family != "umt5")
        case "modernbert":
            var family = try ModernBERTFamily(fields)
            return try family.description()
        default:
            throw TransformerError(
                .unknownFamily, "how models of type '\(fields.family.prefix(60))' are run is not known")
        }
    }
}
