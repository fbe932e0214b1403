/// Finds the matches of the best-known splitting expressions without a regular expression engine.
///
/// Each of these expressions matches all of any text, match after match.
enum WordScanner: Sendable {
    /// GPT-2's.
    case gpt2
    /// GPT-4's as Llama 3 (up to three digits) and Qwen 2 (single digits) have it.
    case gpt4(digits: Int)

    /// The expression that GPT-2 and the byte-level pre-tokenizer cut by.
    static let gpt2Expression = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
    /// The expression of GPT-4 and Llama 3.
    static let llama3Expression =
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    /// The expression of Qwen 2.
    static let qwen2Expression =
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

    /// The scanner for `regex`, nil where it is none of these.
    init?(regex: String) {
        switch regex {
        case Self.gpt2Expression: self = .gpt2
        case Self.llama3Expression: self = .gpt4(digits: 3)
        case Self.qwen2Expression: self = .gpt4(digits: 1)
        default: return nil
        }
    }

    /// Appends the matches in `text`, which follow one another without a gap, as ranges of what it begins at `base` of.
    func scan(_ text: Span<UInt8>, from base: Int, _ matches: inout [Range<Int>]) {
        var start = 0
        while start < text.count {
            let end =
                switch self {
                case .gpt2: Self.gpt2End(text, start)
                case .gpt4(let digits): Self.gpt4End(text, start, digits)
                }
            matches.append(base + start..<base + end)
            start = end
        }
    }

    /// What the expressions ask of a scalar.
    private enum Kind { case letter, number, space, other }

    @inline(__always)
    private static func kind(_ text: Span<UInt8>, _ index: Int) -> (kind: Kind, length: Int) {
        let byte = text[index]
        if byte < 0x80 { return (asciiKind(byte), 1) }
        let scalar = text.scalar(at: index)
        let flags = Scalars.flags(scalar.value)
        if flags.contains(.letter) { return (.letter, scalar.length) }
        if flags.contains(.number) { return (.number, scalar.length) }
        return (flags.contains(.whitespace) ? .space : .other, scalar.length)
    }

    @inline(__always)
    private static func asciiKind(_ byte: UInt8) -> Kind {
        if (byte | 0x20) &- 0x61 < 26 { return .letter }
        if byte == 0x20 || byte &- 9 < 5 { return .space }
        return byte &- 0x30 < 10 ? .number : .other
    }

    /// The end of the run of `wanted` from `index` on, of at most `limit` scalars.
    @inline(__always)
    private static func endOfRun(_ text: Span<UInt8>, _ index: Int, _ wanted: Kind, limit: Int = .max) -> Int {
        var index = index
        var left = limit
        while index < text.count, left > 0 {
            let (kind, length) = kind(text, index)
            guard kind == wanted else { break }
            index += length
            left -= 1
        }
        return index
    }

    /// The end of the run of letters from `index` on: what most of a text is.
    @inline(__always)
    private static func endOfLetters(_ text: Span<UInt8>, _ index: Int) -> Int {
        var index = index
        while index < text.count {
            let byte = text[index]
            if byte < 0x80 {
                guard (byte | 0x20) &- 0x61 < 26 else { break }
                index += 1
            } else {
                let scalar = text.scalar(at: index)
                guard Scalars.flags(scalar.value).contains(.letter) else { break }
                index += scalar.length
            }
        }
        return index
    }

    private static func gpt2End(_ text: Span<UInt8>, _ start: Int) -> Int {
        if text[start] == 0x27, let end = contraction(text, start, foldingCase: false) { return end }
        let hasSpace = text[start] == 0x20 && start + 1 < text.count
        let body = hasSpace ? start + 1 : start
        let first = kind(text, body)
        switch first.kind {
        case .letter: return endOfLetters(text, body + first.length)
        case .number, .other: return endOfRun(text, body + first.length, first.kind)
        case .space: return endOfSpaces(text, start)
        }
    }

    private static func gpt4End(_ text: Span<UInt8>, _ start: Int, _ digits: Int) -> Int {
        let byte = text[start]
        if byte == 0x27, let end = contraction(text, start, foldingCase: true) { return end }
        let first = kind(text, start)
        switch first.kind {
        case .letter:
            return endOfLetters(text, start + first.length)
        case .number:
            return endOfRun(text, start + first.length, .number, limit: digits - 1)
        case .other, .space:
            let next = start + first.length
            // One scalar that is neither letter, digit nor line end may stand before letters.
            if byte != 0x0A, byte != 0x0D, next < text.count, kind(text, next).kind == .letter {
                return endOfLetters(text, next)
            }
            if first.kind == .other { return endOfLineEnds(text, endOfRun(text, next, .other)) }
            if byte == 0x20, next < text.count, kind(text, next).kind == .other {
                return endOfLineEnds(text, endOfRun(text, next, .other))
            }
            return endOfSpacesAndLines(text, start)
        }
    }

    /// The end of `\s*[\r\n]+`, or else of `\s+(?!\S)|\s+`.
    private static func endOfSpacesAndLines(_ text: Span<UInt8>, _ start: Int) -> Int {
        let end = endOfRun(text, start, .space)
        var last = end
        while last > start, text[last - 1] != 0x0A, text[last - 1] != 0x0D { last -= 1 }
        return last > start ? last : endOfSpaces(text, start)
    }

    /// The end of `\s+(?!\S)|\s+`: all white space at the end of the text, else all but the last.
    @inline(__always)
    private static func endOfSpaces(_ text: Span<UInt8>, _ start: Int) -> Int {
        let end = endOfRun(text, start, .space)
        guard end < text.count else { return end }
        let last = text.scalarStart(before: end)
        return last > start ? last : end
    }

    @inline(__always)
    private static func endOfLineEnds(_ text: Span<UInt8>, _ index: Int) -> Int {
        var index = index
        while index < text.count, text[index] == 0x0A || text[index] == 0x0D { index += 1 }
        return index
    }

    /// The end of `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d`; U+017F is an s where case does not matter.
    private static func contraction(_ text: Span<UInt8>, _ start: Int, foldingCase: Bool) -> Int? {
        let fold: UInt8 = foldingCase ? 0x20 : 0
        guard start + 1 < text.count else { return nil }
        let first = text[start + 1]
        if first >= 0x80 {
            return foldingCase && text.scalar(at: start + 1).value == 0x17F ? start + 3 : nil
        }
        switch first | fold {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
        default: break
        }
        guard start + 2 < text.count, text[start + 2] < 0x80 else { return nil }
        switch (first | fold, text[start + 2] | fold) {
        case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
            (UInt8(ascii: "l"), UInt8(ascii: "l")):
            return start + 3
        default: return nil
        }
    }
}
