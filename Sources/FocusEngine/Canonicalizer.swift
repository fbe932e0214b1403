/// Brings the tokens of one vocabulary into the common spelling.
///
/// The routes are those of the reference (deepfocus 1.0.1, vocab_helper.py), which compares `tokenizer.decode(id)`:
/// - SentencePiece: the decoded text without space before it, after `▁` if the token starts with `▁`; `<0x0A>` stays as it is.
/// - WordPiece: `##ing` is `ing`; any other token gets `▁`, punctuation too.
/// - byte level, and plain: the decoded text without space before it, after `▁` if the token starts with `Ġ`.
///
/// Unless matching is to be like the reference, it differs in this:
/// - The route follows `Vocabulary.spelling`. The reference counts: more than 100 tokens that start with `▁` or else with `##`,
///   so that a small vocabulary takes the wrong route.
/// - Tokens that are fragments of UTF-8 are matched by their bytes. The reference decodes every one of them to U+FFFD, whereupon all
///   are equal. A SentencePiece byte token that spells no printable character, `<0xE4>` or `<0x0A>`, is that byte, and so equals
///   the byte-level token of it.
/// - Byte-level tokens of white space that is not all spaces keep it. In the reference a line feed and a tab are both
///   the empty text, and equal.
/// - A special token of a WordPiece vocabulary gets no `▁`, so that `[PAD]` of two vocabularies match and stay apart from words;
///   and the token is a symbol for being special, whatever the case of its text.
struct Canonicalizer {
    /// `▁` (U+2581)
    static let wordStart: [UInt8] = [0xE2, 0x96, 0x81]
    /// `Ġ` (U+0120)
    private static let byteLevelSpace: [UInt8] = [0xC4, 0xA0]
    private static let continuation: [UInt8] = [0x23, 0x23]

    /// How tokens are read.
    enum Route: Hashable, Sendable {
        case sentencePiece
        case wordPiece
        case decoded
    }

    let vocabulary: Vocabulary
    let likeReference: Bool
    let route: Route
    private let specialTexts: Set<[UInt8]>
    /// Whether each id is a special token's.
    private let isSpecialID: [Bool]
    private var steps: [DecodingStep]

    /// Reads the tokens of `vocabulary`, in all things as the reference does if `likeReference`.
    init(_ vocabulary: Vocabulary, likeReference: Bool) {
        self.vocabulary = vocabulary
        self.likeReference = likeReference
        route = likeReference ? Canonicalizer.countedRoute(of: vocabulary) : vocabulary.spelling.route
        var isSpecialID = [Bool](repeating: false, count: vocabulary.rowCount)
        for id in vocabulary.specialIDs where isSpecialID.indices.contains(id) { isSpecialID[id] = true }
        self.isSpecialID = isSpecialID
        steps = vocabulary.decoding
        specialTexts = Set(vocabulary.specialIDs.compactMap { vocabulary.text(of: $0)?.bytes })
    }

    /// The same, with steps of its own: threads that count references to the same arrays wait for each other.
    func detached() -> Canonicalizer {
        var copy = self
        copy.steps = steps.map(\.detached)
        return copy
    }

    private static func countedRoute(of vocabulary: Vocabulary) -> Route {
        var wordStarts = 0
        var continuations = 0
        for index in 0..<vocabulary.texts.count {
            let text = vocabulary.texts.bytes[vocabulary.texts.range(index)]
            if text.starts(with: wordStart) { wordStarts += 1 }
            if text.starts(with: continuation) { continuations += 1 }
        }
        return wordStarts > 100 ? .sentencePiece : continuations > 100 ? .wordPiece : .decoded
    }

    /// The form of the token `id` whose text is `token`.
    func form(of id: Int, _ token: [UInt8]) -> (text: [UInt8], fuzzy: [UInt8], beginsWord: Bool, isSymbol: Bool) {
        let (text, beginsWord) = text(of: id, token)
        var bare = text
        bare.replace(Canonicalizer.wordStart, with: [])
        let fuzzy = PythonText.lower(bare)
        let isSpecial = likeReference ? specialTexts.contains(fuzzy) : isSpecial(id)
        return (text, fuzzy, beginsWord, isSpecial || PythonText.isSymbol(fuzzy))
    }

    private func text(of id: Int, _ token: [UInt8]) -> (text: [UInt8], beginsWord: Bool) {
        switch route {
        case .sentencePiece:
            if token.isByteToken(likeReference: likeReference) {
                return (likeReference ? token : token.unprintableByte ?? token, false)
            }
            return marked(decoded(token), token.hasText(Canonicalizer.wordStart))
        case .wordPiece:
            if !likeReference, isSpecial(id) { return (token, false) }
            let text = decoded(token)
            if text.hasText(Canonicalizer.continuation) { return (Array(text.dropFirst(2)), false) }
            return (Canonicalizer.wordStart + text, true)
        case .decoded:
            let text = decoded(token)
            let beginsWord = token.hasText(Canonicalizer.byteLevelSpace)
            if !likeReference, let kept = text.whiteSpaceToKeep {
                return (beginsWord ? Canonicalizer.wordStart + kept : kept, beginsWord)
            }
            return marked(text, beginsWord)
        }
    }

    private func isSpecial(_ id: Int) -> Bool {
        isSpecialID.indices.contains(id) && isSpecialID[id]
    }

    /// The text without the space before it, after `▁` if it begins a word.
    private func marked(_ text: consuming [UInt8], _ beginsWord: Bool) -> ([UInt8], Bool) {
        let space = PythonText.startAfterSpace(text)
        if beginsWord {
            text.replaceSubrange(0..<space, with: Canonicalizer.wordStart)
        } else if space > 0 {
            text.removeFirst(space)
        }
        return (text, beginsWord)
    }

    /// The text of a lone token as the decoder gives it: as `tokenizer.decode` does, except that bytes stay bytes unless
    /// matching is to be like the reference.
    private func decoded(_ token: [UInt8]) -> [UInt8] {
        var text = token
        for step in steps {
            step.apply(to: &text)
            if likeReference { text = text.repaired }
        }
        return text
    }
}

extension TokenSpelling {
    fileprivate var route: Canonicalizer.Route {
        switch self {
        case .sentencePiece: .sentencePiece
        case .wordPiece: .wordPiece
        case .byteLevel, .plain: .decoded
        }
    }
}

extension Array<UInt8> {
    /// Whether this is spelled as a byte. The reference's pattern, `<0x[0-9,A-F]{2}>`, allows commas and any text after.
    fileprivate func isByteToken(likeReference: Bool) -> Bool {
        guard likeReference else { return count == 6 && byteToken() != nil }
        guard count >= 6, self[0] == 0x3C, self[1] == 0x30, self[2] == 0x78, self[5] == 0x3E else { return false }
        return self[3...4].allSatisfy { 0x30...0x39 ~= $0 || 0x41...0x46 ~= $0 || $0 == 0x2C }
    }

    /// The byte of a byte token, where it is a control character or no character at all.
    fileprivate var unprintableByte: [UInt8]? {
        byteToken().flatMap { 0x20...0x7E ~= $0 ? nil : [$0] }
    }

    /// What is kept of a text of white space with other than spaces in it: all but one space at its start.
    fileprivate var whiteSpaceToKeep: [UInt8]? {
        guard let first, PythonText.startAfterSpace(self) == count, contains(where: { $0 != 0x20 }) else { return nil }
        return Array(first == 0x20 ? dropFirst() : self[...])
    }
}
