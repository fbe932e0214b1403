/// How a vocabulary spells the text that a token stands for.
public enum TokenSpelling: String, Sendable, Hashable, CaseIterable {
    /// Word starts carry `▁` (U+2581); bytes are spelled `<0x0A>`.
    case sentencePiece
    /// Word continuations carry `##`.
    case wordPiece
    /// Each byte is one printable character of the GPT-2 table; a space is `Ġ`.
    case byteLevel
    /// Tokens are their own text.
    case plain

    /// `▁` (U+2581), which begins a word in the spelling of SentencePiece.
    static let wordStart: [UInt8] = [0xE2, 0x96, 0x81]
}
