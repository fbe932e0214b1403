internal import Checkpoints
internal import JSON
internal import Vocabularies

/// Parts of a model that have a vocabulary of their own, as of sounds or images.
extension CheckpointConfig {
    /// Whether `members` are the settings of such a part.
    mutating func hasOwnVocabulary(
        _ members: [JSONBuilder.Member], _ key: ConfigKey, at place: String, in scope: Scope
    ) -> Bool {
        let size = members.first { $0.key == Array("vocab_size".utf8) }.flatMap { Self.integer($0.value) }
        guard let size, !isSourceSize(size) else { return false }
        if !scope.isOfAnotherModality, !key.isOfAnotherModality {
            remarks.append("\(place) has a vocabulary of its own (vocab_size \(size)): its ids are left as they are")
        }
        return true
    }

    /// The part of the model at `place`, which has a vocabulary of its own: what it says of that of text follows.
    mutating func part(_ members: [JSONBuilder.Member], at place: String) -> JSONBuilder {
        let key = "vocab_offset"
        var part = JSONBuilder.object(withTextIDs(members, at: place))
        guard let old = part[key].flatMap(Self.integer), offsets.offset(old) != old else { return part }
        let new = JSONBuilder.integer(offsets.offset(old))
        changes.append(ConfigChange(key: "\(place).\(key)", old: "\(old)", new: Self.text(new)))
        part[key] = new
        return part
    }

    /// `members` in which ids that are those of text follow their tokens: a talker's `tts_text_start_token_id`, what
    /// lies past its own vocabulary, and what has the same name and number in a part without one.
    private mutating func withTextIDs(_ members: [JSONBuilder.Member], at place: String) -> [JSONBuilder.Member] {
        let size = members.first { $0.key == Array("vocab_size".utf8) }.flatMap { Self.integer($0.value) } ?? .max
        var members = members
        for index in members.indices {
            let key = ConfigKey(String(decoding: members[index].key, as: UTF8.self))
            guard [.ids, .perhapsIDs].contains(key.meaning), let id = Self.integer(members[index].value),
                ids.source.contains(id: id), key.isOfText || id >= size || idsByKey[key.text]?.contains(id) == true
            else { continue }
            let value = members[index].value
            let name = "\(place).\(key.text)"
            let new = isLost(value, key) ? losing(value, key, at: name) : mapped(value, role: nil, at: name)
            guard new != value else { continue }
            changes.append(ConfigChange(key: name, old: Self.text(value), new: Self.text(new)))
            members[index].value = new
        }
        return members
    }

    /// Notes the ids in `config`, however deep, but for those of parts with a vocabulary of their own.
    mutating func noteIDs(in config: JSONBuilder) {
        guard case .object(let members) = config else { return }
        let size = members.first { $0.key == Array("vocab_size".utf8) }.flatMap { Self.integer($0.value) }
        let isOfText = size.map(isSourceSize) ?? true
        for member in members {
            if isOfText, let id = Self.integer(member.value) {
                idsByKey[String(decoding: member.key, as: UTF8.self), default: []].insert(id)
            }
            noteIDs(in: member.value)
        }
    }
}
