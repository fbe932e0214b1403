internal import JSON
internal import Vocabularies

/// The token that a model that predicts the next token reads before a text.
enum StartToken {
    /// What config.json calls the beginning of a text, else the token with that role, else the same of the end: models
    /// that know no beginning have learnt that a text follows the end of another.
    static func id(in config: JSONValue?, _ vocabulary: Vocabulary) -> Int? {
        func stated(_ key: String) -> Int? {
            [config, config?["text_config"]].lazy.compactMap { $0?[key]?.integer }.first
        }
        let candidates = [
            stated("bos_token_id"), vocabulary.roles[.beginning], stated("eos_token_id"), vocabulary.roles[.end],
        ]
        return candidates.lazy.compactMap(\.self).first { (0..<vocabulary.rowCount).contains($0) }
    }
}
