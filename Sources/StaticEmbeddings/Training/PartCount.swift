/// How many parts of a text are trained on at the same time.
///
/// The result depends on the parts, so that their number comes from the text and not from the machine: a power of two,
/// and as many cores can be busy.
enum PartCount {
    /// The parts of a text of ordinary size. Each has a copy of the output rows.
    static let fewest = 4
    /// The parts of gigabytes of text.
    static let most = 64
    /// A text has as many parts as each of them has so many tokens.
    private static let tokens = 1 << 21
    /// And as there are so many words for each of them: of few words, all are in all parts, and are pushed too far.
    private static let words = 256

    /// The number of parts of a text of `tokenCount` tokens, `wordCount` different ones of which are learnt.
    static func of(tokenCount: Int, wordCount: Int) -> Int {
        var parts = fewest
        while parts < most, min(tokenCount / tokens, wordCount / words) >= 2 * parts { parts *= 2 }
        return parts
    }

    /// Whether so many parts note the moves of output rows, and have no copies of them.
    static func notesMoves(_ parts: Int) -> Bool { parts > fewest }
}
