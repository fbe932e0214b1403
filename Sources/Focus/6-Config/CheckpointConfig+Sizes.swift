internal import Checkpoints
internal import JSON

extension CheckpointConfig {
    /// `config`, that of the model, which states the number of rows where it left that to the default of its class: a
    /// default is that of the old vocabulary.
    mutating func stateSize(in config: JSONBuilder) -> JSONBuilder {
        guard !sourceRows.contains(targetRows), config["model_type"] != nil, !Self.statesSize(config) else {
            return config
        }
        let key = "vocab_size"
        var config = config
        let size = JSONBuilder.integer(targetRows)
        guard var text = config["text_config"], case .object = text else {
            config[key] = size
            changes.append(ConfigChange(key: "config.json: \(key)", old: "not said", new: Self.text(size)))
            return config
        }
        text[key] = size
        config["text_config"] = text
        changes.append(ConfigChange(key: "config.json: text_config.\(key)", old: "not said", new: Self.text(size)))
        return config
    }

    /// Whether `config`, or a part of it that is not of images or sounds, states the size of a vocabulary.
    private static func statesSize(_ config: JSONBuilder) -> Bool {
        guard case .object(let members) = config else { return false }
        return members.contains { member in
            let key = ConfigKey(String(decoding: member.key, as: UTF8.self))
            if key.meaning == .vocabularySize, integer(member.value) != nil { return true }
            return !key.isOfAnotherModality && statesSize(member.value)
        }
    }
}
