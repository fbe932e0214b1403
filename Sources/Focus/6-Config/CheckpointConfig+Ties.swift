internal import JSON

extension CheckpointConfig {
    /// `config`, that of the model, which says that the output layer is not tied to the table; so does the config of
    /// text in it.
    mutating func untie(_ config: JSONBuilder) -> JSONBuilder {
        var config = untied(config, in: "config.json: ")
        if let text = config["text_config"], case .object = text {
            config["text_config"] = untied(text, in: "config.json: text_config.")
        }
        return config
    }

    private mutating func untied(_ config: JSONBuilder, in path: String) -> JSONBuilder {
        let key = "tie_word_embeddings"
        guard config[key] != .boolean(false) else { return config }
        changes.append(
            ConfigChange(key: path + key, old: config[key].map(Self.text) ?? "not said", new: "false"))
        var config = config
        config[key] = .boolean(false)
        return config
    }
}
