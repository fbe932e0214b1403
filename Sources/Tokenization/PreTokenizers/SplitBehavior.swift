/// What happens to the matches that text is cut at; `the-final--countdown` cut at hyphens shows each.
enum SplitBehavior: String, Sendable {
    /// the, final, countdown
    case removed = "Removed"
    /// the, -, final, -, -, countdown
    case isolated = "Isolated"
    /// the-, final-, -, countdown
    case mergedWithPrevious = "MergedWithPrevious"
    /// the, -final, -, -countdown
    case mergedWithNext = "MergedWithNext"
    /// the, -, final, --, countdown
    case contiguous = "Contiguous"

    /// Reads the behavior's name; `standard` where the field is missing.
    static func read(
        _ fields: ComponentFields, or standard: SplitBehavior? = nil
    ) throws(TokenizerError) -> SplitBehavior {
        if let standard, fields.isMissing("behavior") { return standard }
        let name = String(decoding: try fields.bytes("behavior"), as: UTF8.self)
        guard let behavior = SplitBehavior(rawValue: name) else {
            throw fields.error("the behavior \"\(name)\" is not known")
        }
        return behavior
    }
}
