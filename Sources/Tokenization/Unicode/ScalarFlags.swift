/// What the reference's libraries say of a scalar, one bit each, in the order of Scripts/make_unicode_tables.py.
struct ScalarFlags: OptionSet {
    let rawValue: UInt16

    /// White_Space, which is also `\s` of the regular expressions.
    static let whitespace = ScalarFlags(rawValue: 1 << 0)
    /// A number of any kind: decimal digit, letter-like or other.
    static let numeric = ScalarFlags(rawValue: 1 << 1)
    /// `\w` as Unicode's regular expressions define it: alphabetic, mark, decimal digit, connector or joiner.
    static let word = ScalarFlags(rawValue: 1 << 2)
    /// Punctuation of Unicode or of ASCII, whose symbols count.
    static let punctuation = ScalarFlags(rawValue: 1 << 3)
    /// A control, format or private-use character (but tab, line feed and carriage return), or U+0000.
    static let control = ScalarFlags(rawValue: 1 << 4)
    /// A mark without width, of those that do not decompose.
    static let nonspacingMark = ScalarFlags(rawValue: 1 << 5)
    /// A mark of any kind.
    static let mark = ScalarFlags(rawValue: 1 << 6)
    /// `\p{L}`
    static let letter = ScalarFlags(rawValue: 1 << 7)
    /// `\p{N}`
    static let number = ScalarFlags(rawValue: 1 << 8)
    /// May change, move or join what stands before it in form C.
    static let unsettledC = ScalarFlags(rawValue: 1 << 9)
    /// Changes or may move in form D.
    static let unsettledD = ScalarFlags(rawValue: 1 << 10)
    /// May change, move or join what stands before it in form KC.
    static let unsettledKC = ScalarFlags(rawValue: 1 << 11)
    /// Changes or may move in form KD.
    static let unsettledKD = ScalarFlags(rawValue: 1 << 12)
    /// Has another lowercase form.
    static let uppercase = ScalarFlags(rawValue: 1 << 13)
}
