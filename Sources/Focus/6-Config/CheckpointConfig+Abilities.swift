internal import Checkpoints
internal import JSON
internal import Vocabularies

extension CheckpointConfig {
    /// A token by which the model takes in or gives out something else than text, and which the target lacks.
    struct LostToken: Sendable, Hashable {
        /// What it marks: images, videos or sounds.
        let ability: String
        /// Its id in the source.
        let id: Int
        /// Where that stands.
        var places: [String]
    }

    /// The id that stands where a token was lost: no token has it, and loaders take no other than a number.
    static let noToken = -1

    /// Whether `value`, under `key`, is the id of a token for images or sounds that the target lacks.
    func isLost(_ value: JSONBuilder, _ key: ConfigKey) -> Bool {
        guard key.ability != nil, key.role == nil, let id = Self.integer(value), ids.source.contains(id: id) else {
            return false
        }
        return ids.target(of: id) == nil && (key.meaning == .ids || isMarker(id))
    }

    /// Notes that the token which `value` is the id of is lost, and gives what to write.
    mutating func losing(_ value: JSONBuilder, _ key: ConfigKey, at place: String) -> JSONBuilder {
        guard let ability = key.ability, let id = Self.integer(value) else { return value }
        if let index = lost.firstIndex(where: { $0.ability == ability && $0.id == id }) {
            lost[index].places.append(place)
        } else {
            lost.append(LostToken(ability: ability, id: id, places: [place]))
        }
        return .integer(Self.noToken)
    }

    /// Which abilities are lost and how to keep them, a sentence each.
    package var losses: [String] {
        var abilities: [String] = []
        for token in lost where !abilities.contains(token.ability) { abilities.append(token.ability) }
        return abilities.map { ability in
            let tokens = lost.filter { $0.ability == ability }
            let named = tokens.map { "\(ids.name(of: $0.id)) (\($0.places.joined(separator: ", ")))" }
            return
                "the model loses \(ability): the target tokenizer does not have \(named.joined(separator: ", ")), so "
                + "that \(tokens.count == 1 ? "this id becomes" : "these ids become") \(Self.noToken), which no token "
                + "has; to keep \(ability), add \(tokens.count == 1 ? "the token" : "the tokens") to the target "
                + "tokenizer as special tokens, and specialise for that one"
        } + offsets.losses
    }
}
