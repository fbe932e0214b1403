/// Cuts at the matches of a pattern, or with `inverts` at what lies between them.
struct SplitPreTokenizer: PreTokenizer {
    private let pattern: Pattern
    private let behavior: SplitBehavior
    private let inverts: Bool

    init(_ fields: ComponentFields) throws(TokenizerError) {
        pattern = try fields.pattern("pattern")
        behavior = try SplitBehavior.read(fields)
        inverts = try fields.boolean("invert")
    }

    func split(_ text: inout PreTokenizedText) {
        var failure: TokenizerError?
        text.cutEach { text, base, pieces in
            do throws(TokenizerError) {
                cut(text, at: try pattern.matches(in: text), base, &pieces)
            } catch {
                failure = error
            }
        }
        if let failure { text.failure = failure }
    }

    private func cut(_ text: Span<UInt8>, at matches: [Range<Int>], _ base: Int, _ pieces: inout [Range<Int>]) {
        var cutter = PieceCutter(behavior, base: base)
        var start = 0
        for match in matches {
            if start != match.lowerBound { cutter.add(start..<match.lowerBound, isMatch: inverts, to: &pieces) }
            cutter.add(match, isMatch: !inverts, to: &pieces)
            start = match.upperBound
        }
        if start != text.count { cutter.add(start..<text.count, isMatch: inverts, to: &pieces) }
        cutter.finish(&pieces)
    }
}
