internal import Checkpoints
public import JSON
package import Vocabularies

/// Rewrites config.json and generation_config.json for another vocabulary: sizes and token ids, nested configs included.
public struct CheckpointConfig: Sendable {
    /// One value that changed.
    public struct Change: Sendable, Hashable {
        /// Where it stands, as in `text_config.pad_token_id`.
        public let key: String
        /// The value before, as JSON.
        public let old: String
        /// The value after, as JSON.
        public let new: String
    }

    /// The ids of the target vocabulary that stand for those of the source's.
    let ids: TokenIDMapping
    /// The rows of the source's vocabulary tensors; some have another number than the table.
    let sourceRows: Set<Int>
    /// The rows of the written vocabulary tensors.
    let targetRows: Int
    /// The class of the target tokenizer, where one is known.
    let tokenizerClass: String?

    /// What was changed so far.
    public private(set) var changes: [Change] = []
    /// Ids that have no counterpart in the target vocabulary, as sentences.
    public private(set) var unmapped: [String] = []

    /// Makes a rewriter.
    init(ids: TokenIDMapping, sourceRows: Set<Int>, targetRows: Int, tokenizerClass: String? = nil) {
        self.ids = ids
        self.sourceRows = sourceRows
        self.targetRows = targetRows
        self.tokenizerClass = tokenizerClass
    }

    /// Makes a rewriter between vocabularies whose tensors have a row a token.
    package init(from source: Vocabulary, to target: Vocabulary) {
        self.init(
            ids: TokenIDMapping(source: source, target: target), sourceRows: [source.rowCount],
            targetRows: target.rowCount)
    }

    /// `config` with its sizes and ids rewritten; order and everything else as before.
    public mutating func rewrite(_ config: JSONValue, named file: String) -> JSONBuilder {
        rewrite(JSONBuilder(config), at: file + ": ")
    }

    private mutating func rewrite(_ value: JSONBuilder, at path: String) -> JSONBuilder {
        guard case .object(var members) = value else { return value }
        for index in members.indices {
            let key = String(decoding: members[index].key, as: UTF8.self)
            let old = members[index].value
            let new = rewritten(old, key: key, at: path)
            if new != old, case .object = new {
            } else if new != old {
                changes.append(
                    Change(key: path + key, old: CheckpointConfig.text(old), new: CheckpointConfig.text(new)))
            }
            members[index].value = new
        }
        return .object(members)
    }

    private static func text(_ value: JSONBuilder) -> String {
        String(decoding: value.written(), as: UTF8.self)
    }

    private mutating func rewritten(_ value: JSONBuilder, key: String, at path: String) -> JSONBuilder {
        if case .object(let members) = value {
            if ["lang_to_id", "task_to_id", "lang_code_to_id"].contains(key) {
                return renumbered(members, key: path + key)
            }
            // A part of the model with a vocabulary of its own, as of sounds or images, has ids of its own.
            return hasOwnVocabulary(members) ? value : rewrite(value, at: "\(path)\(key).")
        }
        if ConfigNumbers.isVocabularySize(key) {
            guard let size = CheckpointConfig.integer(value), sourceRows.contains(size) else { return value }
            return .integer(targetRows)
        }
        if key == "tokenizer_class", let tokenizerClass, case .string(let old) = value {
            // Classes that take any tokenizer.json fit the new one, too.
            let fits = ["PreTrainedTokenizerFast", "TokenizersBackend"].contains { Array($0.utf8) == old }
            return fits ? value : .text(tokenizerClass)
        }
        if key == "forced_decoder_ids", case .array(let pairs) = value {
            return .array(pairs.compactMap { forced($0, key: path + key) })
        }
        guard ConfigNumbers.holdsIDs(key) else { return value }
        let role = ["_token_id", "_index"].lazy
            .compactMap { key.hasSuffix($0) ? SpecialRole(rawValue: String(key.dropLast($0.count))) : nil }.first
        return mapped(value, role: role, key: path + key)
    }

    private func hasOwnVocabulary(_ members: [JSONBuilder.Member]) -> Bool {
        members.contains { member in
            guard member.key == Array("vocab_size".utf8), let size = CheckpointConfig.integer(member.value) else {
                return false
            }
            return !sourceRows.contains(size)
        }
    }

    private mutating func mapped(_ value: JSONBuilder, role: SpecialRole?, key: String) -> JSONBuilder {
        switch value {
        case .number:
            guard let id = CheckpointConfig.integer(value), id >= 0 else { return value }
            if let target = role.flatMap(ids.target(playing:)) ?? ids.target(of: id) { return .integer(target) }
            guard role != nil || ids.source.contains(id: id) else {
                unmapped.append("\(key) is \(id), which is no token of the source's vocabulary: left as it is")
                return value
            }
            unmapped.append(
                "\(key) was \(ids.name(of: id)), which has no counterpart in the target vocabulary: set to null")
            return .null
        case .array(let elements):
            // In a list each id stands for itself; the role is what remains when none has a counterpart.
            let kept = elements.reduce(into: [JSONBuilder]()) { kept, element in
                if case .array(let sequence) = element {
                    if let sequence = mappedSequence(sequence, key: key) { kept.append(.array(sequence)) }
                } else if let element = mappedElement(element, key: key), !kept.contains(element) {
                    kept.append(element)
                }
            }
            if kept.isEmpty, !elements.isEmpty, let target = role.flatMap(ids.target(playing:)) {
                return .array([.integer(target)])
            }
            return .array(kept)
        default: return value
        }
    }

    private mutating func mappedElement(_ element: JSONBuilder, key: String) -> JSONBuilder? {
        guard let id = CheckpointConfig.integer(element), id >= 0 else { return element }
        if let target = ids.target(of: id) { return .integer(target) }
        guard ids.source.contains(id: id) || key.hasSuffix("suppress_tokens") || key.hasSuffix("words_ids") else {
            unmapped.append("\(key) lists \(id), which is no token of the source's vocabulary: left as it is")
            return element
        }
        unmapped.append(
            "\(key) listed \(ids.name(of: id)), which has no counterpart in the target vocabulary: left out")
        return nil
    }

    /// A sequence of tokens means something only as a whole: without one of them it would mean another thing.
    private mutating func mappedSequence(_ sequence: [JSONBuilder], key: String) -> [JSONBuilder]? {
        var mapped: [JSONBuilder] = []
        for element in sequence {
            if case .array(let inner) = element {
                guard let inner = mappedSequence(inner, key: key) else { continue }
                mapped.append(.array(inner))
            } else {
                guard let element = mappedElement(element, key: key) else { return nil }
                mapped.append(element)
            }
        }
        return mapped.isEmpty && !sequence.isEmpty ? nil : mapped
    }

    /// A pair of a place in the text and the id that is forced there.
    private mutating func forced(_ pair: JSONBuilder, key: String) -> JSONBuilder? {
        guard case .array(let parts) = pair, parts.count == 2 else { return pair }
        return mappedElement(parts[1], key: key).map { .array([parts[0], $0]) }
    }

    /// The ids of tokens that are named by their text.
    private mutating func renumbered(_ members: [JSONBuilder.Member], key: String) -> JSONBuilder {
        var kept: [JSONBuilder.Member] = []
        for member in members {
            let token = TokenText(member.key)
            if let id = ids.target.id(of: token) {
                kept.append(.init(key: member.key, .integer(id)))
            } else {
                unmapped.append("\(key) named '\(token)', which is no token of the target vocabulary: left out")
            }
        }
        if kept.map(\.value) != members.map(\.value) {
            changes.append(
                Change(
                    key: key, old: CheckpointConfig.text(.object(members)), new: CheckpointConfig.text(.object(kept))))
        }
        return .object(kept)
    }

    private static func integer(_ value: JSONBuilder) -> Int? {
        guard case .number(let text) = value else { return nil }
        return Int(text)
    }
}
