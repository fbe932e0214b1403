public import Vocabularies

/// How a tokenizer cuts numbers, found by encoding them.
///
/// Looked at are 0 to 9999, each at the beginning of a text and after a word, and 200 longer numbers. A scheme is named
/// where it explains at least 95 % of the numbers of two to four digits and of the longer ones.
public struct DigitScheme: Sendable {
    /// How digits go together.
    public enum Grouping: Sendable, Hashable {
        /// One digit a token.
        case single
        /// Groups of so many digits from the left, the last one shorter: 1234 is `123` `4`.
        case fromLeft(Int)
        /// Groups of so many digits from the right, the first one shorter: 1234 is `1` `234`.
        case fromRight(Int)
        /// Each number is one token.
        case whole
        /// None of these: the vocabulary's pieces or merges decide, as for words.
        case irregular
        /// Some digits have no token.
        case missing
    }

    /// How digits go together.
    public let grouping: Grouping
    /// The share of 10 to 9999, at the beginning of a text and after a word, that is cut as `grouping` says; of
    /// irregular ones 0.
    public let agreement: Double
    /// How the space before a number is written most often.
    public let space: NumberCut.Space
    /// The shares of numbers of 1, 2, 3 and 4 digits that are one token.
    public let wholeShares: [Double]
    /// The cuts of 0 to 9999 at the beginning of a text.
    let atStart: [NumberCut]
    /// The cuts of 0 to 9999 after a word.
    let afterWord: [NumberCut]

    /// The numbers of up to four digits that are looked at.
    public static let numbers = 0..<10_000
    private static let leastAgreement = 0.95

    /// Finds the scheme of `encode`.
    ///
    /// - Parameter encode: what the tokens of a text stand for, in order; nil for unknown and special ones.
    public init(of encode: ([UInt8]) -> [OwnText?]) {
        let word = Array("x ".utf8)
        func cut(_ text: [UInt8]) -> NumberCut { NumberCut(of: text, in: encode(text)) }
        var (atStart, afterWord): ([NumberCut], [NumberCut]) = ([], [])
        for number in DigitScheme.numbers {
            let text = Array("\(number)".utf8)
            atStart.append(cut(text))
            afterWord.append(NumberCut(of: text, in: encode(word + text)))
        }
        let short = (atStart.dropFirst(10) + afterWord.dropFirst(10)).map(\.lengths)
        let long = DigitScheme.longNumbers.map { cut($0).lengths }
        let half = DigitScheme.numbers.count - 10
        let shortCounts = short.indices.map { "\($0 % half + 10)".utf8.count }
        let longCounts = DigitScheme.longNumbers.map(\.count)
        func share(_ grouping: Grouping, _ cuts: [[Int]], _ counts: [Int]) -> Double {
            let expected = (0...9).map { $0 == 0 ? nil : grouping.lengths(of: $0) }
            return Double(cuts.indices.count { cuts[$0] == expected[counts[$0]] }) / Double(cuts.count)
        }
        let candidates: [Grouping] =
            [.single] + (2...6).map { .fromLeft($0) } + (2...6).map { .fromRight($0) } + [.whole]
        let shares = candidates.map { candidate in
            (short: share(candidate, short, shortCounts), long: share(candidate, long, longCounts))
        }
        let best = candidates.indices.max { first, second in
            min(shares[first].short, shares[first].long) < min(shares[second].short, shares[second].long)
        }
        if short.contains([]) {
            (grouping, agreement) = (.missing, 0)
        } else if let best, min(shares[best].short, shares[best].long) >= DigitScheme.leastAgreement {
            (grouping, agreement) = (candidates[best], shares[best].short)
        } else {
            (grouping, agreement) = (.irregular, 0)
        }
        let spaces = afterWord.map(\.space)
        space =
            NumberCut.Space.allCases.max { first, second in
                spaces.count { $0 == first } < spaces.count { $0 == second }
            } ?? .none
        wholeShares = [0..<10, 10..<100, 100..<1000, 1000..<10_000].map { range in
            Double(range.count { atStart[$0].lengths.count == 1 }) / Double(range.count)
        }
        (self.atStart, self.afterWord) = (atStart, afterWord)
    }

    /// Numbers of 5 to 9 digits, 40 of each length, some with zeros in a row.
    private static var longNumbers: [[UInt8]] {
        var state: UInt64 = 1
        return (5...9).flatMap { length in
            (0..<40).map { index in
                (0..<length).map { place in
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    let digit = UInt8(state >> 33 % 10)
                    let isZero = index % 10 == 0 && place > 0 && place + 1 < length
                    return 0x30 + (isZero ? 0 : place == 0 ? 1 + digit % 9 : digit)
                }
            }
        }
    }
}

extension DigitScheme.Grouping {
    /// How many digits the tokens of a number of `count` digits hold; nil where nothing follows.
    func lengths(of count: Int) -> [Int]? {
        func groups(of size: Int) -> [Int] {
            let (full, rest) = count.quotientAndRemainder(dividingBy: size)
            return Array(repeating: size, count: full) + (rest > 0 ? [rest] : [])
        }
        switch self {
        case .single: return groups(of: 1)
        case .fromLeft(let size): return groups(of: size)
        case .fromRight(let size): return groups(of: size).reversed()
        case .whole: return [count]
        case .irregular, .missing: return nil
        }
    }
}
