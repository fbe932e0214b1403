internal import JSON
internal import Replacement
internal import Vocabularies

/// New ids in the parts of a tokenizer.json beside its model's tokens.
struct TokenizerJSONChange {
    let ids: NewTokenIDs

    /// The id of the token for the unknown that a Unigram model names by its id.
    func unknown(of model: JSONValue) throws(FocusError) -> Int? {
        guard let old = model["unk_id"]?.integer else { return nil }
        return try new(old, "the model's 'unk_id'")
    }

    /// The list of added tokens, ascending by their new ids, which their texts decide.
    func addedTokens(_ list: JSONBuilder) -> JSONBuilder {
        guard case .array(let entries) = list else { return list }
        var numbered: [(id: Int, entry: JSONBuilder)] = []
        for var entry in entries {
            guard case .string(let content)? = entry["content"], let id = ids.new.id(of: content) else { continue }
            entry["id"] = .integer(id)
            numbered.append((id, entry))
        }
        // Entries of one text stay in their order: the last counts.
        return .array(
            numbered.enumerated().sorted { ($0.element.id, $0.offset) < ($1.element.id, $1.offset) }
                .map(\.element.entry))
    }

    /// A post-processor, or a sequence of them.
    func postProcessor(_ processor: JSONBuilder) throws(FocusError) -> JSONBuilder {
        guard case .string(let type)? = processor["type"] else { return processor }
        var processor = processor
        switch String(decoding: type, as: UTF8.self) {
        case "Sequence":
            guard case .array(let parts)? = processor["processors"] else { return processor }
            var new: [JSONBuilder] = []
            for part in parts { new.append(try postProcessor(part)) }
            processor["processors"] = .array(new)
        case "BertProcessing", "RobertaProcessing":
            for key in ["sep", "cls"] {
                guard case .array(var pair)? = processor[key], pair.count == 2, let old = integer(pair[1]) else {
                    continue
                }
                pair[1] = .integer(try new(old, "the post-processor's '\(key)'"))
                processor[key] = .array(pair)
            }
        case "TemplateProcessing":
            guard case .object(var tokens)? = processor["special_tokens"] else { return processor }
            for index in tokens.indices {
                guard case .array(let numbers)? = tokens[index].value["ids"] else { continue }
                var mapped: [JSONBuilder] = []
                for number in numbers {
                    guard let old = integer(number) else { continue }
                    mapped.append(.integer(try new(old, "the post-processor's template")))
                }
                tokens[index].value["ids"] = .array(mapped)
            }
            processor["special_tokens"] = .object(tokens)
        default: break
        }
        return processor
    }

    /// The section on padding, which names a token and its id.
    func padding(_ padding: JSONBuilder) throws(FocusError) -> JSONBuilder {
        guard let old = padding["pad_id"].flatMap(integer) else { return padding }
        var padding = padding
        var id = ids(old)
        if case .string(let text)? = padding["pad_token"] { id = ids.new.id(of: text) ?? id }
        guard let id else { throw missing(old, "the section 'padding'") }
        padding["pad_id"] = .integer(id)
        return padding
    }

    private func new(_ old: Int, _ place: String) throws(FocusError) -> Int {
        guard let id = ids(old) else { throw missing(old, place) }
        return id
    }

    private func missing(_ old: Int, _ place: String) -> FocusError {
        let name = ids.old.text(of: old).map { "'\($0)' (\(old))" } ?? "\(old)"
        return FocusError("\(place) names the token \(name), which the new tokenizer does not have")
    }

    private func integer(_ value: JSONBuilder) -> Int? {
        guard case .number(let text) = value else { return nil }
        return Int(text)
    }
}
