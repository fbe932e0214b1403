/// What a text is searched for: a literal, a well-known regular expression with a scanner of its own, or any other one.
///
/// Values can be shared between threads. All matches are those that the reference's loop over Oniguruma finds.
struct Pattern: Sendable {
    private enum Method {
        case literal([UInt8])
        case words(WordScanner)
        case spaces
        case oniguruma(OnigurumaPattern)
    }

    private let method: Method

    /// A literal; an empty one matches before, between and behind all scalars.
    init(literal: [UInt8]) {
        method = .literal(literal)
    }

    /// A regular expression in Oniguruma's Ruby syntax.
    ///
    /// - Throws: `.invalid` with the pattern and Oniguruma's reason.
    init(regex: [UInt8]) throws(TokenizerError) {
        // Compiled in any case: a scanner is only another way to run it.
        let compiled = try OnigurumaPattern(regex)
        let text = String(decoding: regex, as: UTF8.self)
        if let scanner = WordScanner(regex: text) {
            method = .words(scanner)
        } else if text == " {2,}" {
            method = .spaces
        } else {
            method = .oniguruma(compiled)
        }
    }

    /// A regular expression that is run by Oniguruma even where a scanner could; tests compare the two.
    init(onlyOniguruma regex: [UInt8]) throws(TokenizerError) {
        method = .oniguruma(try OnigurumaPattern(regex))
    }

    /// The matches in `text`, in order; nothing matches in an empty text.
    ///
    /// - Throws: `.untokenizable` when Oniguruma gives up, as it does where a pattern backtracks without end.
    func matches(in text: Span<UInt8>) throws(TokenizerError) -> [Range<Int>] {
        var matches: [Range<Int>] = []
        guard !text.isEmpty else { return matches }
        switch method {
        case .literal(let literal):
            Pattern.find(literal.span, in: text, &matches)
        case .words(let scanner):
            scanner.scan(text, from: 0, &matches)
        case .spaces:
            Pattern.findRunsOfSpaces(in: text, &matches)
        case .oniguruma(let pattern):
            try pattern.find(in: text, &matches)
        }
        return matches
    }

    private static func find(_ literal: Span<UInt8>, in text: Span<UInt8>, _ matches: inout [Range<Int>]) {
        guard literal.count > 0 else {
            var index = 0
            while index < text.count {
                matches.append(index..<index)
                index += text.scalar(at: index).length
            }
            return matches.append(index..<index)
        }
        let first = literal[0]
        var index = 0
        while index + literal.count <= text.count {
            guard text[index] == first, stands(literal, in: text, at: index) else {
                index += 1
                continue
            }
            matches.append(index..<index + literal.count)
            index += literal.count
        }
    }

    @inline(__always)
    private static func stands(_ literal: Span<UInt8>, in text: Span<UInt8>, at index: Int) -> Bool {
        for offset in 0..<literal.count where text[index + offset] != literal[offset] { return false }
        return true
    }

    private static func findRunsOfSpaces(in text: Span<UInt8>, _ matches: inout [Range<Int>]) {
        var index = 0
        while index < text.count {
            guard text[index] == 0x20 else {
                index += 1
                continue
            }
            let start = index
            while index < text.count, text[index] == 0x20 { index += 1 }
            if index - start > 1 { matches.append(start..<index) }
        }
    }
}
