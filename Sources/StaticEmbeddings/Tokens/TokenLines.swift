public import Vocabularies

/// Documents cut into tokens, to train on. Made on any thread.
public struct TokenLines: Sendable {
    /// The number of documents.
    public private(set) var documentCount = 0
    /// The number of tokens.
    public private(set) var tokenCount = 0
    /// The bytes of text that the documents had, as far as that was said.
    public private(set) var byteCount = 0
    /// What a stream is made of, but that tokens given as text are counted from `firstText` on.
    private(set) var ids: [UInt32] = []
    /// The tokens that were given as text.
    private(set) var texts: [TokenText] = []
    private var numbers: [TokenText: UInt32] = [:]

    /// The end of a document.
    static let lineEnd: UInt32 = 0
    /// Ids of a vocabulary are below, and one more than they are there.
    static let firstText: UInt32 = 1 << 31

    /// Makes an empty text.
    public init() {}

    /// Appends the token with that id of the stream's vocabulary to the present document.
    public mutating func append(id: Int) {
        ids.append(UInt32(id) + 1)
        tokenCount += 1
    }

    /// Appends a token to the present document that may not be in the stream's vocabulary.
    public mutating func append(_ token: TokenText) {
        let number = numbers[token, default: UInt32(texts.count)]
        if number == texts.count {
            numbers[token] = number
            texts.append(token)
        }
        ids.append(TokenLines.firstText + number)
        tokenCount += 1
    }

    /// Ends the present document, which may be empty.
    ///
    /// - Parameter bytes: how many bytes of text it was cut from.
    public mutating func endDocument(bytes: Int = 0) {
        ids.append(TokenLines.lineEnd)
        documentCount += 1
        byteCount += bytes
    }

    /// Appends a document of these tokens.
    public mutating func appendDocument(_ tokens: some Sequence<TokenText>) {
        for token in tokens { append(token) }
        endDocument()
    }
}
