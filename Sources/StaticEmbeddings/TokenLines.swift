public import FocusEngine

/// Documents cut into tokens, as text to train on: a document a line, tokens between spaces. Made on any thread.
///
/// A token that is empty, or holds what fastText takes for the end of a word - space, tab, line feed, vertical tab,
/// form feed, carriage return, zero - is left out: it can be no word of the dictionary, and would tear others apart.
/// (The reference joins all tokens by spaces, which has the same effect for tokens of spaces and tabs alone.)
public struct TokenLines: Sendable {
    /// The text.
    public private(set) var bytes: [UInt8] = []
    /// The number of documents.
    public private(set) var documentCount = 0
    /// The number of tokens that were written.
    public private(set) var tokenCount = 0
    /// The number of tokens that were left out.
    public private(set) var leftOutCount = 0
    private var isAtStart = true

    /// Makes an empty text.
    public init() {}

    /// Appends a token to the present document.
    public mutating func append(_ token: TokenText) {
        append(token.bytes.span)
    }

    /// Appends a token of these UTF-8 bytes to the present document.
    public mutating func append(_ token: Span<UInt8>) {
        guard TokenLines.isWord(token) else {
            leftOutCount += 1
            return
        }
        if !isAtStart { bytes.append(0x20) }
        unsafe token.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        isAtStart = false
        tokenCount += 1
    }

    /// Ends the present document, which may be empty.
    public mutating func endDocument() {
        bytes.append(0x0A)
        isAtStart = true
        documentCount += 1
    }

    /// Appends a document of these tokens.
    public mutating func appendDocument(_ tokens: some Sequence<TokenText>) {
        for token in tokens { append(token) }
        endDocument()
    }

    /// Whether fastText reads `token` as one word.
    static func isWord(_ token: Span<UInt8>) -> Bool {
        for index in token.indices {
            let byte = token[index]
            if byte <= 0x20, byte == 0x20 || byte == 0 || (0x09...0x0D).contains(byte) { return false }
        }
        return !token.isEmpty
    }
}
