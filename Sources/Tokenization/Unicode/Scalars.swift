/// What is known of Unicode's scalars; the tables are unpacked when first asked.
enum Scalars {
    private static let flagTable = ScalarTable<UInt16>(runs: ScalarTables.flags)
    private static let graphemeTable = ScalarTable<UInt8>(runs: ScalarTables.graphemes)
    private static let scriptTable = ScalarTable<UInt8>(runs: ScalarTables.scripts)
    private static let lowercaseTable = LowercaseTable()

    /// The properties of `scalar`.
    @inline(__always)
    static func flags(_ scalar: UInt32) -> ScalarFlags {
        ScalarFlags(rawValue: flagTable[scalar])
    }

    /// Whether `scalar` is white space.
    @inline(__always)
    static func isWhitespace(_ scalar: UInt32) -> Bool {
        scalar < 0x80 ? scalar == 0x20 || scalar &- 9 < 5 : flags(scalar).contains(.whitespace)
    }

    /// The class of `scalar` where text is cut into grapheme clusters.
    @inline(__always)
    static func grapheme(_ scalar: UInt32) -> GraphemeClass {
        GraphemeClass(rawValue: graphemeTable[scalar])
    }

    /// A number for the script of `scalar`, 0 for what goes with any script.
    static func script(_ scalar: UInt32) -> UInt8 {
        scriptTable[scalar]
    }

    /// Whether `script` is one: not Common, as signs and emoji are, nor Inherited, as accents are, nor none.
    static func isScript(_ script: UInt8) -> Bool {
        script != 0 && script != common && script != inherited
    }

    private static let common = script(0x21)
    private static let inherited = script(0x0300)

    /// The lowercase form of `scalar`, context or no context; U+0130 alone has one of two scalars, of which this is the
    /// first.
    static func lowercase(_ scalar: UInt32) -> UInt32 {
        lowercaseTable[scalar]
    }
}
