/// Texts that hold a fragment of UTF-8, each completing the characters of which it has only a part.
struct CharacterCompletions {
    /// The texts, at most 256; none where no text can hold the fragment.
    let texts: [[UInt8]]

    private static let limit = 256

    /// Makes texts of `fragment`.
    init(of fragment: [UInt8]) {
        let heads = CharacterCompletions.heads(before: fragment)
        let tails = CharacterCompletions.tails(after: fragment)
        var texts: [[UInt8]] = []
        // Pairs of the same rank first, so that both ends vary although their number is limited.
        for sum in 0..<heads.count + tails.count where texts.count < CharacterCompletions.limit {
            for head in heads.indices where tails.indices.contains(sum - head) {
                let text = heads[head] + fragment + tails[sum - head]
                if UTF8Validity.isWellFormed(text.span) { texts.append(text) }
            }
        }
        self.texts = Array(texts.prefix(CharacterCompletions.limit))
    }

    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    /// The bytes of a character of which only the last ones are there.
    private static func heads(before fragment: [UInt8]) -> [[UInt8]] {
        let missing = fragment.prefix(while: isContinuation).count
        let (twos, threes, fours) = (Array(UInt8(0xC2)...0xDF), Array(UInt8(0xE0)...0xEF), Array(UInt8(0xF0)...0xF4))
        let middles: [UInt8] = [0xB8, 0x80, 0x84, 0x9F, 0xA0, 0xBC, 0xBD, 0xBF]
        switch missing {
        case 0: return [[]]
        case 1:
            return twos.map { [$0] } + threes.flatMap { lead in middles.map { [lead, $0] } }
                + fours.flatMap { lead in [0x9F, 0x90, 0xA0, 0x80].map { [lead, $0, 0x98] } }
        case 2: return threes.map { [$0] } + fours.flatMap { lead in ([0x9F] + middles).map { [lead, $0] } }
        case 3: return fours.map { [$0] }
        default: return []
        }
    }

    /// The bytes of a character of which only the first ones are there.
    private static func tails(after fragment: [UInt8]) -> [[UInt8]] {
        let held = fragment.reversed().prefix(while: isContinuation).count
        guard held < fragment.count else { return [[]] }
        let missing = UTF8Length.ofScalar(startingWith: fragment[fragment.count - held - 1]) - held - 1
        let all = Array(UInt8(0x80)...0xBF)
        switch missing {
        case ...0: return [[]]
        case 1: return all.map { [$0] }
        case 2: return all.map { [$0, 0x80] } + all.map { [0xB8, $0] }
        default: return all.map { [$0, 0x98, 0x80] }
        }
    }
}
