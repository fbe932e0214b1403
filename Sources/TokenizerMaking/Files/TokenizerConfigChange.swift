internal import JSON
internal import Vocabularies

/// New ids in what lies beside a tokenizer.json.
struct TokenizerConfigChange {
    let ids: NewTokenIDs

    /// tokenizer_config.json: the list of added tokens by id, and members that are ids.
    func applied(to config: JSONBuilder) -> JSONBuilder {
        guard case .object(var members) = config else { return config }
        for index in members.indices {
            let name = String(decoding: members[index].key, as: UTF8.self)
            if name == "added_tokens_decoder" {
                members[index].value = renumbered(byID: members[index].value)
            } else if name.hasSuffix("_token_id"), case .number(let text) = members[index].value,
                let old = Int(text), ids.old.contains(id: old)
            {
                members[index].value = ids(old).map { .integer($0) } ?? .null
            }
        }
        return .object(members)
    }

    /// added_tokens.json: ids by text. The ids decide the order and nothing else.
    func renumbered(byText list: JSONBuilder) -> JSONBuilder {
        guard case .object(let members) = list else { return list }
        let kept = members.compactMap { member in ids.new.id(of: member.key).map { (id: $0, key: member.key) } }
        return .object(kept.sorted { $0.id < $1.id }.map { .init(key: $0.key, .integer($0.id)) })
    }

    private func renumbered(byID list: JSONBuilder) -> JSONBuilder {
        guard case .object(let members) = list else { return list }
        let kept = members.compactMap { member -> (id: Int, value: JSONBuilder)? in
            guard case .string(let content)? = member.value["content"] else { return nil }
            return ids.new.id(of: content).map { ($0, member.value) }
        }
        return .object(kept.sorted { $0.id < $1.id }.map { .init("\($0.id)", $0.value) })
    }
}
