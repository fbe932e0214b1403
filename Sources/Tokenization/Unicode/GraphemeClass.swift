/// What a scalar does at the border of grapheme clusters (UAX 29), numbered as in Scripts/make_unicode_tables.py.
struct GraphemeClass: RawRepresentable, Equatable {
    let rawValue: UInt8

    static let carriageReturn: UInt8 = 1
    static let lineFeed: UInt8 = 2
    static let control: UInt8 = 3
    static let extend: UInt8 = 4
    static let joiner: UInt8 = 5
    static let regionalIndicator: UInt8 = 6
    static let prepend: UInt8 = 7
    static let spacingMark: UInt8 = 8
    static let hangulL: UInt8 = 9
    static let hangulV: UInt8 = 10
    static let hangulT: UInt8 = 11
    static let hangulLV: UInt8 = 12
    static let hangulLVT: UInt8 = 13
    static let pictograph: UInt8 = 14
    static let consonant: UInt8 = 15

    /// The class proper, one of the above or 0.
    @inline(__always)
    var kind: UInt8 { rawValue & 15 }

    /// A virama that links the consonants on its two sides.
    var isLinker: Bool { rawValue & 16 != 0 }

    /// A mark that may stand between linked consonants.
    var isConjunctExtend: Bool { rawValue & 32 != 0 }

    /// Whether a scalar of this class always belongs to the one before it (unless that is a control character).
    @inline(__always)
    var joinsBackward: Bool { kind == Self.extend || kind == Self.joiner || kind == Self.spacingMark }
}
