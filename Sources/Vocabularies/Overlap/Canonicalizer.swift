/// Brings the tokens of one vocabulary into the common spelling.
///
/// The routes are those of the reference (deepfocus 1.0.1, vocab_helper.py), which compares `tokenizer.decode(id)`:
/// - SentencePiece: the decoded text without space before it, after `▁` if the token starts with `▁`; `<0x0A>` stays as
///   it is.
/// - WordPiece: `##ing` is `ing`; any other token gets `▁`, punctuation too.
/// - byte level, and plain: the decoded text without space before it, after `▁` if the token starts with `Ġ`.
///
/// Unless matching is to be like the reference, it differs in this:
/// - The route follows `Vocabulary.spelling`. The reference counts: more than 100 tokens that start with `▁` or else
///   with `##`, so that a small vocabulary takes the wrong route.
/// - Tokens that are fragments of UTF-8 are matched by their bytes. The reference decodes every one of them to U+FFFD,
///   whereupon all are equal. A SentencePiece byte token that spells no printable character, `<0xE4>` or `<0x0A>`, is
///   that byte, and so equals the byte-level token of it.
/// - Byte-level tokens of white space that is not all spaces keep it. In the reference a line feed and a tab are both
///   the empty text, and equal.
/// - A special token is its text, without `▁`, so that `[PAD]` of two vocabularies match and stay apart from words; and
///   the token is a symbol for being special, whatever the case of its text.
/// - A token that was added is its text too: the letters of `größer` are no signs for bytes. The reference decodes
///   them.
/// - The signs of a word's start and of its going on are those of the vocabulary, whatever they are.
struct Canonicalizer {
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
    /// Whether each id is that of a token which stands for its own text.
    private let isLiteralID: [Bool]
    private var steps: [DecodingStep]
    private let tables = CharacterTables.shared

    /// Reads the tokens of `vocabulary`, in all things as the reference does if `likeReference`.
    init(_ vocabulary: Vocabulary, likeReference: Bool) {
        self.vocabulary = vocabulary
        self.likeReference = likeReference
        route = likeReference ? Canonicalizer.countedRoute(of: vocabulary) : vocabulary.spelling.route
        var isSpecialID = [Bool](repeating: false, count: vocabulary.rowCount)
        for id in vocabulary.specialIDs where isSpecialID.indices.contains(id) { isSpecialID[id] = true }
        self.isSpecialID = isSpecialID
        var isLiteralID = [Bool](repeating: false, count: vocabulary.rowCount)
        for id in vocabulary.literalIDs where isLiteralID.indices.contains(id) { isLiteralID[id] = true }
        self.isLiteralID = isLiteralID
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
            if text.starts(with: TokenSpelling.wordStart) { wordStarts += 1 }
            if text.starts(with: continuation) { continuations += 1 }
        }
        return wordStarts > 100 ? .sentencePiece : continuations > 100 ? .wordPiece : .decoded
    }

    /// Makes `form` that of the token `id` whose text is `token`; the fuzzy text, and whether it is a symbol, only
    /// where `fuzzily`.
    func read(_ id: Int, _ token: Span<UInt8>, into form: inout TokenForm, fuzzily: Bool) {
        form.text.removeAll(keepingCapacity: true)
        unsafe token.withUnsafeBufferPointer { unsafe form.text.append(contentsOf: $0) }
        form.beginsWord = spell(id, &form.text)
        guard fuzzily else { return }
        form.bare.removeAll(keepingCapacity: true)
        form.bare.append(contentsOf: form.text)
        form.bare.replace(TokenSpelling.wordStart, with: [])
        PythonText.lower(form.bare, tables, to: &form.fuzzy)
        let isSpecial = likeReference ? specialTexts.contains(form.fuzzy) : isSpecial(id)
        form.isSymbol = isSpecial || PythonText.isSymbol(form.fuzzy, tables)
    }

    /// Brings the text of the token `id` into the common spelling; returns whether it begins a word.
    private func spell(_ id: Int, _ text: inout [UInt8]) -> Bool {
        if !likeReference, isSpecial(id) { return false }
        if !likeReference, isLiteralID.indices.contains(id), isLiteralID[id] { return spellLiteral(&text) }
        switch route {
        case .sentencePiece:
            if text.isByteToken(likeReference: likeReference) {
                if !likeReference, let byte = text.unprintableByte {
                    text.removeLast(text.count - 1)
                    text[0] = byte
                }
                return false
            }
            let beginsWord = text.hasText(likeReference ? TokenSpelling.wordStart : vocabulary.marks.wordStart)
            decode(&text)
            mark(&text, beginsWord)
            return beginsWord
        case .wordPiece:
            decode(&text)
            let continuation = likeReference ? Canonicalizer.continuation : vocabulary.marks.continuation
            if !continuation.isEmpty, text.hasText(continuation) {
                text.removeFirst(continuation.count)
                return false
            }
            text.insert(contentsOf: TokenSpelling.wordStart, at: 0)
            return true
        case .decoded:
            let beginsWord = text.hasText(Canonicalizer.byteLevelSpace)
            decode(&text)
            markKeepingWhiteSpace(&text, beginsWord)
            return beginsWord
        }
    }

    /// Brings an added token, whose letters are text, into the common spelling; returns whether it begins a word.
    private func spellLiteral(_ text: inout [UInt8]) -> Bool {
        if route == .sentencePiece { text.replace(vocabulary.marks.wordStart, with: [0x20]) }
        let beginsWord = route == .wordPiece || text.first == 0x20
        markKeepingWhiteSpace(&text, beginsWord)
        return beginsWord
    }

    /// As `mark`, but white space that is not all spaces stays, unless all is to be like the reference.
    private func markKeepingWhiteSpace(_ text: inout [UInt8], _ beginsWord: Bool) {
        if !likeReference, text.isWhiteSpaceToKeep(tables) {
            if text[0] == 0x20 { text.removeFirst() }
            if beginsWord { text.insert(contentsOf: TokenSpelling.wordStart, at: 0) }
        } else {
            mark(&text, beginsWord)
        }
    }

    private func isSpecial(_ id: Int) -> Bool {
        isSpecialID.indices.contains(id) && isSpecialID[id]
    }

    /// Drops the space before the text, and puts `▁` there if it begins a word.
    private func mark(_ text: inout [UInt8], _ beginsWord: Bool) {
        let space = PythonText.startAfterSpace(text, tables)
        if beginsWord {
            text.replaceSubrange(0..<space, with: TokenSpelling.wordStart)
        } else if space > 0 {
            text.removeFirst(space)
        }
    }

    /// Makes the text of a lone token what the decoder makes of it: as `tokenizer.decode` does, except that bytes stay
    /// bytes unless matching is to be like the reference.
    private func decode(_ text: inout [UInt8]) {
        for step in steps {
            step.apply(to: &text)
            if likeReference { text = text.repaired }
        }
    }
}

/// The form of one token, in memory that the form of the next takes over.
struct TokenForm {
    /// The canonical text.
    fileprivate(set) var text: [UInt8] = []
    /// The text without `▁`, in lower case.
    fileprivate(set) var fuzzy: [UInt8] = []
    /// Whether the token begins a word.
    fileprivate(set) var beginsWord = false
    /// Whether the token is a number, punctuation, white space or special.
    fileprivate(set) var isSymbol = false
    /// The text without `▁`.
    fileprivate var bare: [UInt8] = []
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
    /// Whether this is spelled as a byte. The reference's pattern, `<0x[0-9,A-F]{2}>`, allows commas and any text
    /// after.
    fileprivate func isByteToken(likeReference: Bool) -> Bool {
        guard likeReference else { return count == 6 && byteToken() != nil }
        guard count >= 6, self[0] == 0x3C, self[1] == 0x30, self[2] == 0x78, self[5] == 0x3E else { return false }
        return self[3...4].allSatisfy { 0x30...0x39 ~= $0 || 0x41...0x46 ~= $0 || $0 == 0x2C }
    }

    /// The byte of a byte token, where it is a control character or no character at all.
    fileprivate var unprintableByte: UInt8? {
        byteToken().flatMap { 0x20...0x7E ~= $0 ? nil : $0 }
    }

    /// Whether this is white space with other than spaces in it, of which all but one space at its start is kept.
    fileprivate func isWhiteSpaceToKeep(_ tables: CharacterTables) -> Bool {
        PythonText.startAfterSpace(self, tables) == count && contains { $0 != 0x20 }
    }
}
