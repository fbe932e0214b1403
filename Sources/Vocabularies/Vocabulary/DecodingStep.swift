/// One step of what a tokenizer's decoder does to a token that stands alone.
///
/// The reference compares tokens by `tokenizer.decode(id)`. A decoder sees one token there, the first and the last of
/// its text, so each decoder comes down to a few of these steps.
public enum DecodingStep: Hashable, Sendable {
    /// Every occurrence of the first becomes the second: `Replace`; `Metaspace`, which drops each `▁` of a text's
    /// first token unless its prepend scheme is `never`, where each becomes a space; `BPEDecoder`, which drops the
    /// suffix of the last token.
    case replace([UInt8], with: [UInt8])
    /// Each character of the GPT-2 table becomes its byte: `ByteLevel`. A token with any other character stays as it
    /// is.
    case byteLevel
    /// A token of the form `<0x0A>` becomes that byte: `ByteFallback`.
    case byteFallback
    /// Up to `limit` occurrences of the text at the start are dropped: `Strip`.
    case stripStart([UInt8], limit: Int)
    /// Up to `limit` occurrences of the text at the end are dropped: `Strip`.
    case stripEnd([UInt8], limit: Int)
    /// Spaces before English punctuation and contractions are dropped, as `clean_up_tokenization_spaces` asks of
    /// transformers (which ignores it where the model is BPE).
    case cleanUpSpaces
    /// The same and ` do not` to ` don't`, as the `WordPiece` and `CTC` decoders do with `cleanup`.
    case cleanUpWordPieceSpaces
}

extension DecodingStep {
    /// The same step, in memory of its own.
    var detached: DecodingStep {
        func copy(_ text: [UInt8]) -> [UInt8] { text.map { $0 } }
        return switch self {
        case .replace(let pattern, let content): .replace(copy(pattern), with: copy(content))
        case .stripStart(let content, let limit): .stripStart(copy(content), limit: limit)
        case .stripEnd(let content, let limit): .stripEnd(copy(content), limit: limit)
        case .byteLevel, .byteFallback, .cleanUpSpaces, .cleanUpWordPieceSpaces: self
        }
    }

    /// Does this step to `text`.
    func apply(to text: inout [UInt8]) {
        switch self {
        case .replace(let pattern, let content):
            text.replace(pattern, with: content)
        case .byteLevel:
            if let bytes = ByteLevelAlphabet.bytes(of: text) { text = bytes }
        case .byteFallback:
            if text.count == 6, let byte = text.byteToken(anyCase: true) { text = [byte] }
        case .stripStart(let content, let limit):
            guard !content.isEmpty else { return }
            var dropped = 0
            while dropped < limit, text.starts(with: content) {
                text.removeFirst(content.count)
                dropped += 1
            }
        case .stripEnd(let content, let limit):
            guard !content.isEmpty else { return }
            var dropped = 0
            while dropped < limit, text.count >= content.count, text.suffix(content.count).elementsEqual(content) {
                text.removeLast(content.count)
                dropped += 1
            }
        case .cleanUpSpaces:
            guard text.contains(0x20) else { return }
            for (pattern, content) in DecodingStep.cleanUps { text.replace(pattern, with: content) }
        case .cleanUpWordPieceSpaces:
            guard text.contains(0x20) else { return }
            for (pattern, content) in DecodingStep.cleanUps {
                // Its place among the others matters: the list of the decoder has it after " 'm".
                if pattern == Array(" 's".utf8) { text.replace(Array(" do not".utf8), with: Array(" don't".utf8)) }
                text.replace(pattern, with: content)
            }
        }
    }

    private static let cleanUps: [([UInt8], [UInt8])] = [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" 's", "'s"),
        (" 've", "'ve"), (" 're", "'re"),
    ].map { (Array($0.0.utf8), Array($0.1.utf8)) }
}

extension Array<UInt8> {
    /// Replaces every occurrence of `pattern`, from the left; in place where it does not get longer.
    mutating func replace(_ pattern: [UInt8], with content: [UInt8]) {
        guard let first = pattern.first, let start = firstIndex(of: first) else { return }
        guard content.count <= pattern.count else { return self = replaced(pattern, with: content) }
        let size = pattern.count
        var read = start
        var written = start
        while read < count {
            if self[read] == first, hasText(pattern, at: read) {
                for byte in content {
                    self[written] = byte
                    written += 1
                }
                read += size
            } else {
                if written < read { self[written] = self[read] }
                read += 1
                written += 1
            }
        }
        removeLast(count - written)
    }

    private func replaced(_ pattern: [UInt8], with content: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(count)
        var index = 0
        while index < count {
            if hasText(pattern, at: index) {
                output.append(contentsOf: content)
                index += pattern.count
            } else {
                output.append(self[index])
                index += 1
            }
        }
        return output
    }

    /// Whether `text` stands at `start`.
    func hasText(_ text: [UInt8], at start: Int = 0) -> Bool {
        guard count - start >= text.count else { return false }
        for offset in 0..<text.count where self[start + offset] != text[offset] { return false }
        return true
    }

    /// The byte that a token that starts like `<0x0A>` stands for.
    func byteToken(anyCase: Bool = false) -> UInt8? {
        guard count >= 6, self[0] == 0x3C, self[1] == 0x30, self[2] == 0x78, self[5] == 0x3E else { return nil }
        func digit(_ byte: UInt8) -> UInt8? {
            switch byte {
            case 0x30...0x39: byte - 0x30
            case 0x41...0x46: byte - 0x41 + 10
            case 0x61...0x66 where anyCase: byte - 0x61 + 10
            default: nil
            }
        }
        guard let high = digit(self[3]), let low = digit(self[4]) else { return nil }
        return high << 4 | low
    }
}
