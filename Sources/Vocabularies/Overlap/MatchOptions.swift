/// Which tokens of two vocabularies count as the same.
public struct MatchOptions: OptionSet, Hashable, Sendable {
    /// The options as bits.
    public let rawValue: Int

    /// Makes options of bits.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Tokens of equal canonical form. (`exact_match_all`)
    public static let exact = MatchOptions(rawValue: 1)
    /// Tokens equal but for case and word start. (`fuzzy_match_all`)
    public static let fuzzy = MatchOptions(rawValue: 2)
    /// Numbers, punctuation, white space and special tokens, exactly or else fuzzily. (`match_symbols`)
    public static let symbols = MatchOptions(rawValue: 4)
}

/// Why a target token counts as one of the source's.
public enum MatchKind: UInt8, Sendable, Hashable, CaseIterable {
    /// Its canonical form is the same.
    case exact = 1
    /// It is the same but for case and word start.
    case fuzzy
    /// It is a number, punctuation, white space or special, and the same exactly or fuzzily.
    case symbol
    /// It plays the same role, whatever it reads.
    case role
}
