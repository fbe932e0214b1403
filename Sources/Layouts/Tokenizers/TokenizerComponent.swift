internal import JSON

/// Parts of a tokenizer.json.
enum TokenizerComponent {
    /// A component of the type `type`.
    static func make(_ type: String, _ members: [JSONBuilder.Member] = []) -> JSONBuilder {
        .object([.init("type", .text(type))] + members)
    }

    /// Several components one after the other; `key` is what a sequence of their kind calls them.
    static func sequence(_ key: String, _ parts: [JSONBuilder]) -> JSONBuilder {
        parts.count == 1 ? parts[0] : make("Sequence", [.init(key, .array(parts))])
    }

    /// A normalizer or decoder that replaces one text by another.
    static func replace(_ from: String, _ to: String) -> JSONBuilder {
        make("Replace", [.init("pattern", .object([.init("String", .text(from))])), .init("content", .text(to))])
    }

    /// What writes spaces as signs before words.
    static func metaspace(prepends: Bool) -> JSONBuilder {
        make(
            "Metaspace",
            [
                .init("replacement", .text("\u{2581}")), .init("prepend_scheme", .text(prepends ? "always" : "never")),
                .init("split", .boolean(true)),
            ])
    }

    /// An object of values that are JSON already.
    static func object(_ members: [(name: String, value: [UInt8])]) -> [UInt8] {
        var output = [UInt8(ascii: "{")]
        for (index, member) in members.enumerated() {
            output += Array("\(index > 0 ? "," : "")\"\(member.name)\":".utf8)
            output += member.value
        }
        return output + [UInt8(ascii: "}")]
    }
}
