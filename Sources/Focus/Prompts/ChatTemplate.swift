internal import Checkpoints
internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO

/// The texts that a chat template puts around what people write.
enum ChatTemplate {
    /// The literal texts of the template that lies in the folder of `checkpoint`, without spaces around them, each
    /// once; none where there is no template.
    static func literals(in checkpoint: Checkpoint) -> [[UInt8]] {
        guard checkpoint.singleFile == nil else { return [] }
        let file = checkpoint.folder.appending("chat_template.jinja")
        if FolderContents.isFile(file), let bytes = try? MappedFile(file).withBytes({ $0.copied }) {
            return literals(of: bytes)
        }
        let path = checkpoint.folder.appending("tokenizer_config.json")
        guard FolderContents.isFile(path), let template = (try? JSONFile.read(path))?.root["chat_template"] else {
            return []
        }
        return literals(of: template.bytes ?? template.elements.compactMap { $0["template"]?.bytes }.first ?? [])
    }

    /// The texts outside of statements, comments and expressions, and the quoted ones in expressions.
    static func literals(of template: [UInt8]) -> [[UInt8]] {
        var found: [[UInt8]] = []
        func add(_ text: some Collection<UInt8>) {
            let text = PromptCut.trimmed(String(decoding: text, as: UTF8.self))
            if !text.isEmpty, !found.contains(text) { found.append(text) }
        }
        var rest = template[...]
        while let open = rest.indices.dropLast().first(where: { isOpening(rest[$0], rest[$0 + 1]) }) {
            add(rest[..<open])
            let isExpression = rest[open + 1] == UInt8(ascii: "{")
            let last = isExpression ? UInt8(ascii: "}") : rest[open + 1]
            let inside = rest[(open + 2)...]
            let close = inside.indices.dropLast().first { inside[$0] == last && inside[$0 + 1] == UInt8(ascii: "}") }
            if isExpression { quoted(in: inside[..<(close ?? inside.endIndex)]).forEach(add) }
            rest = close.map { inside[($0 + 2)...] } ?? []
        }
        add(rest)
        return found
    }

    private static func isOpening(_ first: UInt8, _ second: UInt8) -> Bool {
        first == UInt8(ascii: "{") && [UInt8(ascii: "{"), UInt8(ascii: "%"), UInt8(ascii: "#")].contains(second)
    }

    /// What stands in quotes, line feeds for `\n`, but for keys and arguments.
    private static func quoted(in expression: ArraySlice<UInt8>) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var (quote, text, isEscaped) = (UInt8(0), [UInt8](), false)
        var (before, isName) = (UInt8(0), false)
        for byte in expression {
            if quote == 0 {
                if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                    (quote, text) = (byte, [])
                    isName = before == UInt8(ascii: "[") || before == UInt8(ascii: "(")
                }
                if byte != 0x20 { before = byte }
            } else if isEscaped {
                text.append(byte == UInt8(ascii: "n") ? 0x0A : byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == quote {
                if !isName { found.append(text) }
                quote = 0
            } else {
                text.append(byte)
            }
        }
        return found
    }
}
