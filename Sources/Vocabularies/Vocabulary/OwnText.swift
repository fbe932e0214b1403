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
    /// What the token `id` stands for in a text; nil where there is none, or where it is special, so that its text
    /// says nothing.
    ///
    /// The first sign of a space is `beginsWord`; others are spaces of the text.
    public func ownText(of id: Int) -> OwnText? {
        guard !specialIDs.contains(id), let token = withText(of: id, Array.init), !token.isEmpty else { return nil }
        switch spelling {
        case .wordPiece:
            let continues = token.count > 2 && token.starts(with: [0x23, 0x23])
            return OwnText(continues ? Array(token.dropFirst(2)) : token, beginsWord: !continues)
        case .sentencePiece:
            if token.count == 6, let byte = token.byteToken() { return OwnText(spaced: [byte]) }
            var text = token
            text.replace(TokenSpelling.wordStart, with: [0x20])
            return OwnText(spaced: text)
        case .byteLevel:
            return OwnText(spaced: ByteLevelAlphabet.bytes(of: token) ?? token)
        case .plain:
            var text = token
            for step in decoding { step.apply(to: &text) }
            return OwnText(spaced: text)
        }
    }
}

extension OwnText {
    /// Makes a text of one that a space may stand before.
    fileprivate init(spaced text: [UInt8]) {
        let beginsWord = text.first == 0x20
        self.init(beginsWord ? Array(text.dropFirst()) : text, beginsWord: beginsWord)
    }
}
