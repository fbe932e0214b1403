internal import Vocabularies

/// What texts of tokens are put between to see whether they become the token there.
struct ReachabilityPlaces: Sendable {
    /// What stands before a text and after it, the most promising place first.
    let whole: [(before: [UInt8], after: [UInt8])]
    /// The same for tokens that continue a word.
    let continuing: [(before: [UInt8], after: [UInt8])]

    /// A character for private use, which next to no vocabulary has and no normalizer of SentencePiece changes.
    private static let privateCharacter = "\u{10FFFD}"
    /// A letter of a script that hardly any vocabulary has.
    private static let rareLetter = "\u{10330}"
    /// Letters of the vocabulary that are tried beside the others.
    private static let letterCount = 48

    /// Makes places for the tokens of `vocabulary`, some with letters that it has.
    init(_ vocabulary: Vocabulary) {
        let (character, letter) = (ReachabilityPlaces.privateCharacter, ReachabilityPlaces.rareLetter)
        let befores = ["", " ", character, letter, "a", "A", "1", ".", "'", "\n", "\t", "a "]
        let afters = ["", " ", character, letter, "a", "A", "1", ".", "\n"]
        let letters = ReachabilityPlaces.letters(of: vocabulary)
        func places(_ befores: [String]) -> [(before: [UInt8], after: [UInt8])] {
            befores.flatMap { before in afters.map { (Array(before.utf8), Array($0.utf8)) } }
        }
        let byLetters = letters.map { (before: $0, after: [UInt8]()) } + letters.map { (before: [], after: $0) }
        whole = places(befores) + byLetters
        let isWordPiece = vocabulary.spelling == .wordPiece
        let within = isWordPiece ? ["a", "e", "x", "1"] : vocabulary.spelling == .sentencePiece ? [character] : []
        continuing = places(within + befores.filter { !within.contains($0) }) + byLetters
    }

    /// Tokens of one character that a word can begin with, from all parts of the vocabulary.
    private static func letters(of vocabulary: Vocabulary) -> [[UInt8]] {
        let all = vocabulary.ids.lazy.compactMap { vocabulary.ownText(of: $0)?.bytes }.filter { text in
            guard let first = text.first, first != 0x20, UTF8Validity.isWellFormed(text.span) else { return false }
            return UTF8Length.ofScalar(startingWith: first) == text.count
        }
        let found = Array(all)
        let wanted = min(letterCount, found.count)
        return (0..<wanted).map { found[found.count * $0 / wanted] }
    }
}
