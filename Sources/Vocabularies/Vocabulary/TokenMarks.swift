/// The signs by which the tokens of a vocabulary say where in a word they stand.
public struct TokenMarks: Sendable, Hashable {
    /// What stands for the space before a word: `▁` (U+2581), unless a file chose another sign.
    public var wordStart: [UInt8]
    /// What a token begins with that goes on in a word: `##`, unless a file chose another sign.
    public var continuation: [UInt8]
    /// What a token ends with that ends a word, such as `</w>`; empty where nothing does.
    public var wordEnd: [UInt8]

    /// Makes signs; the defaults are the usual ones.
    public init(
        wordStart: [UInt8] = [0xE2, 0x96, 0x81], continuation: [UInt8] = [0x23, 0x23], wordEnd: [UInt8] = []
    ) {
        self.wordStart = wordStart
        self.continuation = continuation
        self.wordEnd = wordEnd
    }
}
