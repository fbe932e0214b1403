/// SentencePiece's way with spaces: each becomes a visible character, one may be put in front, and words are cut before
/// them.
struct MetaspacePreTokenizer: PreTokenizer {
    /// Which pieces get the visible character in front where they do not begin with it.
    enum PrependScheme: String {
        /// The piece at the very start of the text.
        case first
        /// Every piece.
        case always
        /// None.
        case never
    }

    private let replacement: [UInt8]
    private var scheme: PrependScheme
    private let splits: Bool

    init(_ fields: ComponentFields) throws(TokenizerError) {
        _ = try fields.scalar("replacement")
        replacement = try fields.bytes("replacement")
        splits = try fields.optionalBoolean("split") ?? true
        var scheme = PrependScheme.always
        if !fields.isMissing("prepend_scheme") {
            let name = String(decoding: try fields.bytes("prepend_scheme"), as: UTF8.self)
            guard let named = PrependScheme(rawValue: name) else {
                throw fields.error("the prepend_scheme \"\(name)\" is not known")
            }
            scheme = named
        }
        // Older files say it with a boolean, which must not contradict the scheme.
        if try fields.optionalBoolean("add_prefix_space") == false, scheme != .never {
            throw fields.error("\"add_prefix_space\" is false, but \"prepend_scheme\" is \"\(scheme.rawValue)\"")
        }
        self.scheme = scheme
    }

    var withoutPrefix: any PreTokenizer {
        var step = self
        step.scheme = .never
        return step
    }

    func split(_ text: inout PreTokenizedText) {
        text.rewrite { text, output, pieces in
            for (number, piece) in text.pieces.enumerated() {
                let start = output.count
                let prepends = scheme == .always || scheme == .first && number == 0 && text.startsAtOrigin
                append(text.bytes.span.extracting(piece), prepends, &output, &pieces)
                if !splits { pieces.append(start..<output.count) }
            }
        }
        if splits, text.hasLostItsStart { text.startsAtOrigin = false }
    }

    /// Appends one piece, which is never empty, and its parts.
    private func append(_ text: Span<UInt8>, _ prepends: Bool, _ output: inout [UInt8], _ pieces: inout [Range<Int>]) {
        var start = output.count
        let replacement = replacement.span
        if prepends, text[0] != 0x20, !isReplacement(text, 0) { replacement.append(to: &output) }
        let mark = replacement[0]
        var copied = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte == 0x20 || byte == mark && isReplacement(text, index) {
                if copied < index { text.append(copied..<index, to: &output) }
                if splits, output.count > start {
                    pieces.append(start..<output.count)
                    start = output.count
                }
                replacement.append(to: &output)
                index += byte == 0x20 ? 1 : replacement.count
                copied = index
            } else {
                index += 1
            }
        }
        if copied < index { text.append(copied..<index, to: &output) }
        if splits, output.count > start { pieces.append(start..<output.count) }
    }

    @inline(__always)
    private func isReplacement(_ text: Span<UInt8>, _ index: Int) -> Bool {
        guard index + replacement.count <= text.count else { return false }
        for offset in 0..<replacement.count where text[index + offset] != replacement[offset] { return false }
        return true
    }
}
