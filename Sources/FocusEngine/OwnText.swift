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
    /// What the token `id` stands for in a text; nil where there is none, or where it is special, so that its text says nothing.
    ///
    /// The first sign of a space is `beginsWord`; others are spaces of the text.
    public func ownText(of id: Int) -> OwnText? {
        guard !specialIDs.contains(id), let token = withText(of: id, Array.init), !token.isEmpty else { return nil }
        switch spelling {
        case .sentencePiece:
            if token.count == 6, let byte = token.byteToken() { return OwnText([byte], beginsWord: false) }
            let beginsWord = token.starts(with: Canonicalizer.wordStart)
            var text = beginsWord ? Array(token.dropFirst(Canonicalizer.wordStart.count)) : token
            text.replace(Canonicalizer.wordStart, with: [0x20])
            return OwnText(text, beginsWord: beginsWord)
        case .wordPiece:
            let continues = token.count > 2 && token.starts(with: [0x23, 0x23])
            return OwnText(continues ? Array(token.dropFirst(2)) : token, beginsWord: !continues)
        case .byteLevel:
            let text = ByteLevelAlphabet.bytes(of: token) ?? token
            let beginsWord = text.first == 0x20
            return OwnText(beginsWord ? Array(text.dropFirst()) : text, beginsWord: beginsWord)
        case .plain:
            var text = token
            for step in decoding { step.apply(to: &text) }
            let beginsWord = text.first == 0x20
            return OwnText(beginsWord ? Array(text.dropFirst()) : text, beginsWord: beginsWord)
        }
    }
}
