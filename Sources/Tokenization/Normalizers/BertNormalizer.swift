/// BERT's cleaning: control characters dropped, white space made spaces, ideographs set apart, accents and case
/// removed.
struct BertNormalizer: Normalizer {
    private let cleans: Bool
    private let separatesIdeographs: Bool
    private let stripsAccents: Bool
    private let lowercases: Bool
    /// What becomes of each ASCII character; `dropped` where nothing does.
    private let ascii: [UInt8]
    private static let dropped: UInt8 = 0xFF

    init(_ fields: ComponentFields) throws(TokenizerError) {
        let cleans = try fields.boolean("clean_text")
        let lowercases = try fields.boolean("lowercase")
        separatesIdeographs = try fields.boolean("handle_chinese_chars")
        stripsAccents = try fields.optionalBoolean("strip_accents") ?? lowercases
        self.cleans = cleans
        self.lowercases = lowercases
        ascii = (0..<128).map { (byte: UInt8) in
            if cleans {
                switch byte {
                case 0x09, 0x0A, 0x0D: return 0x20
                case 0..<0x20, 0x7F: return Self.dropped
                default: break
                }
            }
            return lowercases && byte &- 0x41 < 26 ? byte | 0x20 : byte
        }
    }

    func normalize(_ text: inout NormalizedText) {
        var isASCII = true
        var losesStart = false
        let output = cleaned(text.bytes.span, &isASCII, &losesStart)
        if let output { text.bytes = output }
        if losesStart { text.hasLostItsStart = true }
        guard !isASCII else { return }
        if stripsAccents {
            NormalizationForm.d.apply(to: &text.bytes)
            ScalarFilter.apply(to: &text) { scalar in
                scalar >= 0x80 && Scalars.flags(scalar).contains(.nonspacingMark) ? .dropped : .kept
            }
        }
        if lowercases { LowercaseNormalizer.lowercase(&text.bytes) }
    }

    /// The first two steps, and lowercase for ASCII; nil where nothing changes.
    private func cleaned(_ text: Span<UInt8>, _ isASCII: inout Bool, _ losesStart: inout Bool) -> [UInt8]? {
        let table = ascii.span
        var output: [UInt8] = []
        var copied = 0
        var index = 0
        func flush(_ text: Span<UInt8>, until next: Int) {
            if copied == 0 { output.reserveCapacity(text.count + text.count / 4) }
            text.append(copied..<index, to: &output)
            copied = next
        }
        while index < text.count {
            let byte = text[index]
            if byte < 0x80 {
                let mapped = table[Int(byte)]
                if mapped != byte {
                    flush(text, until: index + 1)
                    if mapped != Self.dropped { output.append(mapped) } else if index == 0 { losesStart = true }
                }
                index += 1
                continue
            }
            isASCII = false
            let scalar = text.scalar(at: index)
            let next = index + scalar.length
            if cleans, isDropped(scalar.value) {
                flush(text, until: next)
                if index == 0 { losesStart = true }
            } else if cleans, Scalars.flags(scalar.value).contains(.whitespace) {
                flush(text, until: next)
                output.append(0x20)
            } else if separatesIdeographs, Self.isIdeograph(scalar.value) {
                flush(text, until: index)
                output.append(0x20)
                text.append(index..<next, to: &output)
                output.append(0x20)
                copied = next
            }
            index = next
        }
        guard copied > 0 else { return nil }
        text.append(copied..<text.count, to: &output)
        return output
    }

    private func isDropped(_ scalar: UInt32) -> Bool {
        scalar == 0xFFFD || Scalars.flags(scalar).contains(.control)
    }

    /// The blocks that BERT takes for Chinese.
    private static func isIdeograph(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }
}
