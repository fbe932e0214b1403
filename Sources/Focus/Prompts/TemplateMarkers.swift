internal import Checkpoints
internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO

/// Texts of chat templates that look as if they were one token each: `<|im_start|>`, `[INST]`, `<start_of_turn>`.
enum TemplateMarkers {
    /// The chat templates among the files of a tokenizer: `chat_template.jinja`, the member `chat_template` of
    /// tokenizer_config.json and chat_template.json, alone or as a list, and `additional_chat_templates`.
    static func templates(in files: [(source: FilePath, name: String)]) -> [[UInt8]] {
        files.flatMap { file -> [[UInt8]] in
            if file.name.hasSuffix(".jinja") {
                return (try? MappedFile(file.source).withBytes { $0.copied }).map { [$0] } ?? []
            }
            guard ["tokenizer_config.json", "chat_template.json"].contains(file.name),
                let template = (try? JSONFile.read(file.source))?.root["chat_template"]
            else { return [] }
            return template.bytes.map { [$0] } ?? template.elements.compactMap { $0["template"]?.bytes }
        }
    }

    /// The markers of `template`, in the order of their first occurrence; comments hold none.
    static func found(in template: [UInt8]) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var seen: Set<[UInt8]> = []
        for range in ranges(in: withoutComments(template)[...]) where seen.insert(range).inserted {
            found.append(range)
        }
        return found
    }

    /// What of `text` stands between its markers, without spaces around it.
    static func between(_ text: [UInt8]) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        var start = 0
        var position = 0
        while position < text.count {
            guard let end = end(of: text[...], at: position) else {
                position += 1
                continue
            }
            parts.append(Array(text[start..<position]))
            (start, position) = (end, end)
        }
        parts.append(Array(text[start...]))
        return parts.map { PromptCut.trimmed(String(decoding: $0, as: UTF8.self)) }.filter { !$0.isEmpty }
    }

    private static func ranges(in text: ArraySlice<UInt8>) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var position = text.startIndex
        while position < text.endIndex {
            if let end = end(of: text, at: position) {
                found.append(Array(text[position..<end]))
                position = end
            } else {
                position += 1
            }
        }
        return found
    }

    /// The longest marker, in bytes.
    private static let longest = 64

    /// Where the marker ends that begins at `position`: angle brackets around something with a letter and without
    /// spaces and quotes, once or twice; or square ones around capitals.
    private static func end(of text: ArraySlice<UInt8>, at position: Int) -> Int? {
        let opening = text[position]
        guard opening == UInt8(ascii: "<") || opening == UInt8(ascii: "[") else { return nil }
        let isAngle = opening == UInt8(ascii: "<")
        let isDouble = isAngle && position + 1 < text.endIndex && text[position + 1] == opening
        let closing = isAngle ? UInt8(ascii: ">") : UInt8(ascii: "]")
        let start = position + (isDouble ? 2 : 1)
        var end = start
        var hasLetter = false
        while end < text.endIndex, text[end] != closing {
            let byte = text[end]
            let isLetter = 0x41...0x5A ~= byte || 0x61...0x7A ~= byte || byte >= 0x80
            guard end - start < longest, isAngle ? isAllowed(byte) : isCapital(byte) else { return nil }
            hasLetter = hasLetter || isLetter
            end += 1
        }
        guard hasLetter, end + (isDouble ? 1 : 0) < text.endIndex else { return nil }
        guard isDouble else { return end + 1 }
        return text[end + 1] == closing ? end + 2 : nil
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        byte > 0x20 && !"<'\"\\{}()=,;+~".utf8.contains(byte)
    }

    private static func isCapital(_ byte: UInt8) -> Bool {
        0x41...0x5A ~= byte || 0x30...0x39 ~= byte || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "/")
    }

    private static func withoutComments(_ template: [UInt8]) -> [UInt8] {
        var rest = template[...]
        var kept: [UInt8] = []
        func mark(_ first: Character, _ second: Character, in text: ArraySlice<UInt8>) -> Int? {
            text.indices.dropLast().first {
                text[$0] == first.asciiValue && text[$0 + 1] == second.asciiValue
            }
        }
        while let open = mark("{", "#", in: rest) {
            kept += rest[..<open]
            guard let close = mark("#", "}", in: rest[(open + 2)...]) else { return kept }
            rest = rest[(close + 2)...]
        }
        return kept + rest
    }
}
