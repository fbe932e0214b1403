public import Parallel
public import Vocabularies

/// Whether two tokenizers cut numbers alike.
public struct DigitComparison: Sendable {
    /// A text with digits as both cut it.
    public struct Example: Sendable, Hashable {
        /// The text.
        public let text: String
        /// The texts of the source's tokens, without signs of spaces.
        public let source: [String]
        /// The texts of the target's tokens, without signs of spaces.
        public let target: [String]

        /// Whether both cut it alike.
        public var isAlike: Bool { source == target }
    }

    /// The scheme of the source.
    public let source: DigitScheme
    /// The scheme of the target.
    public let target: DigitScheme
    /// How many of 0 to 9999 are cut otherwise by the target, at the beginning of a text or after a word.
    public let differing: Int
    /// Up to three of them, after a word.
    public let examples: [Example]
    /// Other texts with digits: long numbers, points, commas, dates, digits within words.
    public let others: [Example]

    /// The share of 0 to 9999 that the target cuts otherwise.
    public var share: Double { Double(differing) / Double(DigitScheme.numbers.count) }

    /// What is shown of numbers that are cut otherwise, where they are.
    private static let telling = [1234, 365, 2024, 10, 99, 100, 1999]
    private static let otherTexts = ["1234567", "3.14", "1,000", "2024-01-31", "a1b2"]

    /// Compares two tokenizers, each on a thread of its own where there are two.
    public init(source: Tokenizer, target: Tokenizer, workers: Workers = Workers(count: 1)) {
        let (first, second) = workers.both {
            DigitScheme(of: source.ownTexts(of:))
        } _: {
            DigitScheme(of: target.ownTexts(of:))
        }
        self.init(first, second, source: source.ownTexts(of:), target: target.ownTexts(of:))
    }

    /// Compares two ways to encode, whose schemes are known.
    ///
    /// - Parameters:
    ///   - first: the source's scheme.
    ///   - second: the target's scheme.
    ///   - source: what the source's tokens of a text stand for; nil for unknown and special ones.
    ///   - target: the same for the target.
    public init(
        _ first: DigitScheme, _ second: DigitScheme, source: ([UInt8]) -> [OwnText?],
        target: ([UInt8]) -> [OwnText?]
    ) {
        func pieces(_ text: String, _ encode: ([UInt8]) -> [OwnText?]) -> [String] {
            encode(Array(text.utf8)).map { (token: OwnText?) -> String in
                guard let token else { return "?" }
                return String(decoding: token.bytes.filter { $0 != 0x20 }, as: UTF8.self)
            }.filter { !$0.isEmpty }
        }
        func example(_ text: String, after word: String = "") -> Example {
            let place = word.isEmpty ? text : "\(word) \(text)"
            func shown(_ pieces: [String]) -> [String] { Array(pieces.drop { $0 == word }) }
            return Example(
                text: text, source: shown(pieces(place, source)), target: shown(pieces(place, target)))
        }
        let differing = DigitScheme.numbers.filter { number in
            first.atStart[number].lengths != second.atStart[number].lengths
                || first.afterWord[number].lengths != second.afterWord[number].lengths
        }
        let known = Set(differing)
        let telling = DigitComparison.telling.filter(known.contains)
        let middle = [1, 3, 5].map { differing.count * $0 / 6 }.filter(differing.indices.contains)
        let shown = (telling + middle.map { differing[$0] }.filter { !telling.contains($0) }).prefix(3)
        (self.source, self.target) = (first, second)
        self.differing = differing.count
        examples = shown.map { number in
            let isAlike = first.afterWord[number].lengths == second.afterWord[number].lengths
            return example("\(number)", after: isAlike ? "" : "x")
        }
        others = DigitComparison.otherTexts.map { example($0) }
    }
}

extension Tokenizer {
    /// What the tokens of `text` stand for, in order; nil for unknown and special ones, and none where it cannot be
    /// encoded.
    public func ownTexts(of text: [UInt8]) -> [OwnText?] {
        guard let ids = try? encode(text) else { return [] }
        let unknown = vocabulary.roles[.unknown]
        return ids.map { Int($0) == unknown ? nil : vocabulary.ownText(of: Int($0)) }
    }
}
