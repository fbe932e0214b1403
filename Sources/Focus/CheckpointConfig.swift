internal import FocusEngine
public import JSON

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
    /// The rows of the source's vocabulary tensors.
    let sourceRows: Int
    /// The rows of the written vocabulary tensors.
    let targetRows: Int

    /// What was changed so far.
    public private(set) var changes: [Change] = []
    /// Ids that have no counterpart in the target vocabulary, as sentences.
    public private(set) var unmapped: [String] = []

    /// Makes a rewriter.
    init(ids: TokenIDMapping, sourceRows: Int, targetRows: Int) {
        self.ids = ids
        self.sourceRows = sourceRows
        self.targetRows = targetRows
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
        if case .object = value { return rewrite(value, at: "\(path)\(key).") }
        if ConfigNumbers.isVocabularySize(key) {
            return CheckpointConfig.integer(value) == sourceRows ? .integer(targetRows) : value
        }
        let holdsIDs =
            key.hasSuffix("_token_id") || key.hasSuffix("_token_ids") || key.hasSuffix("_token_index")
            || ["bad_words_ids", "suppress_tokens", "begin_suppress_tokens"].contains(key)
        guard holdsIDs else { return value }
        let role = key.hasSuffix("_token_id") ? SpecialRole(rawValue: String(key.dropLast("_token_id".count))) : nil
        return mapped(value, role: role, key: path + key)
    }

    private mutating func mapped(_ value: JSONBuilder, role: SpecialRole?, key: String) -> JSONBuilder {
        switch value {
        case .number:
            guard let id = CheckpointConfig.integer(value), id >= 0 else { return value }
            if let target = role.flatMap(ids.target(playing:)) ?? ids.target(of: id) { return .integer(target) }
            unmapped.append(
                "\(key) was \(ids.name(of: id)), which has no counterpart in the target vocabulary: set to null")
            return .null
        case .array(let elements):
            // In a list each id stands for itself; the role is what remains when none has a counterpart.
            let kept = elements.compactMap { element -> JSONBuilder? in
                if case .array = element {
                    let inner = mapped(element, role: nil, key: key)
                    return inner == .array([]) ? nil : inner
                }
                guard let id = CheckpointConfig.integer(element) else { return element }
                if let target = ids.target(of: id) { return .integer(target) }
                unmapped.append(
                    "\(key) listed \(ids.name(of: id)), which has no counterpart in the target vocabulary: left out")
                return nil
            }
            if kept.isEmpty, !elements.isEmpty, let target = role.flatMap(ids.target(playing:)) {
                return .array([.integer(target)])
            }
            return .array(kept)
        default: return value
        }
    }

    private static func integer(_ value: JSONBuilder) -> Int? {
        guard case .number(let text) = value else { return nil }
        return Int(text)
    }
}
