internal import Checkpoints
internal import JSON
internal import Tokenization
internal import Vocabularies

/// A text that the model, or a chat template, means as one token: a special token that is in use, or a marker of a
/// template.
public struct SpecialText: Sendable, Hashable {
    /// The text.
    public let text: String
    /// What uses it: "config.json: eos_token_id", "chat template of the source", "chat template of the target".
    public let uses: [String]
    /// The texts of the source's tokens for it; nil where the source's tokenizer was not loaded.
    public let source: [String]?
    /// The texts of the target's tokens for it.
    public let target: [String]
    /// The target's token that does the same by its role or its other spelling, where it is another text.
    public let counterpart: String?

    /// Whether the source has one token for it, and the target several and nothing in its place.
    public var isLost: Bool { source?.count == 1 && target.count != 1 && counterpart == nil }
}

extension SpecialText {
    /// What the uses by templates begin with.
    static let template = "chat template"

    /// The special tokens of the source that configs and templates use, and the markers of templates.
    ///
    /// - Parameters:
    ///   - configs: config.json and generation_config.json of the checkpoint, those that there are.
    ///   - templates: the chat templates of both sides.
    static func all(
        source: Vocabulary, sourceTokenizer: Tokenizer?, target: Tokenizer, mapping: TokenIDMapping,
        configs: [(name: String, root: JSONValue)], templates: (source: [[UInt8]], target: [[UInt8]])
    ) -> [SpecialText] {
        var order: [[UInt8]] = []
        var uses: [[UInt8]: [String]] = [:]
        func add(_ text: [UInt8], _ use: String) {
            if uses[text] == nil { order.append(text) }
            if uses[text]?.contains(use) != true { uses[text, default: []].append(use) }
        }
        let special = source.specialIDs.union(source.roles.values).filter(source.contains(id:)).sorted()
        for config in configs {
            for (key, id) in ids(in: config.root) where special.contains(id) {
                if let text = source.text(of: id)?.bytes { add(text, "\(config.name): \(key)") }
            }
        }
        for (side, templates) in [("source", templates.source), ("target", templates.target)] {
            let use = "\(template) of the \(side)"
            for template in templates {
                TemplateMarkers.found(in: template).forEach { add($0, use) }
                guard side == "source" else { continue }
                for id in special {
                    guard let text = source.text(of: id)?.bytes, text.count > 2, template.holds(text) else { continue }
                    add(text, use)
                }
                for role in SpecialRole.allCases where template.holds(Array("\(role.rawValue)_token".utf8)) {
                    if let text = source.roles[role].flatMap(source.text(of:))?.bytes { add(text, use) }
                }
            }
        }
        return order.map { text in
            let id = source.id(of: text)
            let counterpart = id.flatMap(mapping.target(of:)).flatMap(target.vocabulary.text(of:))
            return SpecialText(
                text: String(decoding: text, as: UTF8.self), uses: uses[text] ?? [],
                source: sourceTokenizer.map { pieces(of: text, by: $0) }
                    ?? id.flatMap { special.contains($0) ? [String(decoding: text, as: UTF8.self)] : nil },
                target: pieces(of: text, by: target),
                counterpart: counterpart.flatMap { $0.bytes == text ? nil : $0.description })
        }
    }

    private static func pieces(of text: [UInt8], by tokenizer: Tokenizer) -> [String] {
        let ids = (try? tokenizer.encode(text).map(Int.init)) ?? []
        // Before a text some tokenizers put a sign of a space that is no part of it.
        let texts = ids.map { tokenizer.vocabulary.text(of: $0)?.description ?? "" }
        let isSign = ids.count > 1 && tokenizer.vocabulary.ownText(of: ids[0])?.bytes.isEmpty == true
        return isSign ? Array(texts.dropFirst()) : texts
    }

    /// The numbers in `config` under names of token ids, with their names.
    private static func ids(in config: JSONValue, under path: String = "") -> [(key: String, id: Int)] {
        config.members.flatMap { member -> [(key: String, id: Int)] in
            let name = String(decoding: member.key, as: UTF8.self)
            let key = path + name
            if member.value.kind == .object { return ids(in: member.value, under: "\(key).") }
            guard ConfigKey(name).meaning == .ids else { return [] }
            if let id = member.value.integer { return [(key, id)] }
            return member.value.elements.compactMap(\.integer).map { (key, $0) }
        }
    }
}

extension [UInt8] {
    /// Whether `text` occurs in it.
    fileprivate func holds(_ text: [UInt8]) -> Bool {
        guard let first = text.first, text.count <= count else { return false }
        return (0...(count - text.count)).contains { start in
            self[start] == first && self[start..<start + text.count].elementsEqual(text)
        }
    }
}
