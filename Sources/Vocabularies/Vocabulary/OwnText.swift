/// What a token stands for in a text: its text without the signs of its tokenizer's spelling.
public struct OwnText: Sendable, Hashable {
    /// The text; a fragment of UTF-8 where the token is one.
    public let bytes: [UInt8]
    /// Whether a word begins with it, so that a space stands before it.
    public let beginsWord: Bool

    /// Makes a text.
    public init(_ bytes: [UInt8], beginsWord: Bool) {
        self.bytes = bytes
        self.beginsWord = beginsWord
    }
}

extension Vocabulary {
    /// What the token `id` stands for in a text; nil where there is none, or where it is special, so that its text says
    /// nothing.
    ///
    /// The first sign of a space is `beginsWord`; others are spaces of the text.
    public func ownText(of id: Int) -> OwnText? {
        guard !specialIDs.contains(id), let token = withText(of: id, Array.init), !token.isEmpty else { return nil }
        if literalIDs.contains(id) { return literalText(token) }
        switch spelling {
        case .wordPiece:
            let continues = token.count > marks.continuation.count && token.starts(with: marks.continuation)
            return OwnText(continues ? Array(token.dropFirst(marks.continuation.count)) : token, beginsWord: !continues)
        case .sentencePiece:
            if token.count == 6, let byte = token.byteToken() { return OwnText(spaced: [byte]) }
            var text = token
            text.replace(marks.wordStart, with: [0x20])
            return OwnText(spaced: text)
        case .byteLevel:
            var text = token
            let end = marks.wordEnd
            if !end.isEmpty, text.count > end.count, text.suffix(end.count).elementsEqual(end) {
                text.removeLast(end.count)
            }
            return OwnText(spaced: ByteLevelAlphabet.bytes(of: text) ?? text)
        case .plain:
            var text = token
            for step in decoding { step.apply(to: &text) }
            return OwnText(spaced: text)
        }
    }
}

extension Vocabulary {
    /// What an added token that the model does not have stands for: itself, but for the sign of a space where text is
    /// spelled with it.
    private func literalText(_ token: [UInt8]) -> OwnText {
        var text = token
        if spelling == .sentencePiece { text.replace(marks.wordStart, with: [0x20]) }
        let spaced = OwnText(spaced: text)
        return spelling == .wordPiece ? OwnText(spaced.bytes, beginsWord: true) : spaced
    }
}

extension OwnText {
    /// Makes a text of one that a space may stand before.
    fileprivate init(spaced text: [UInt8]) {
        let beginsWord = text.first == 0x20
        self.init(beginsWord ? Array(text.dropFirst()) : text, beginsWord: beginsWord)
    }
}
