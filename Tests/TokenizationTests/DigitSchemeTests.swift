import SystemPackage
import TestSupport
import Testing
import Tokenization
import Vocabularies

struct DigitSchemeTests {
    /// Encodes a text by cutting its runs of digits into lengths that `cut` gives; other characters are alone.
    private func encoder(
        space: NumberCut.Space = .separate, _ cut: @escaping (Int) -> [Int]
    ) -> ([UInt8]) -> [OwnText?] {
        { text in
            var tokens: [OwnText?] = []
            var position = 0
            while position < text.count {
                let run = text[position...].prefix { 0x30...0x39 ~= $0 }
                if run.isEmpty {
                    let isSpace = text[position] == 0x20
                    if !isSpace || space == .separate {
                        tokens.append(OwnText(isSpace ? [] : [text[position]], beginsWord: isSpace))
                    }
                    position += 1
                    continue
                }
                for length in cut(run.count) {
                    let begins = space == .joined && position == run.startIndex && position > 0
                    tokens.append(OwnText(Array(text[position..<position + length]), beginsWord: begins))
                    position += length
                }
            }
            return tokens
        }
    }

    private func groups(_ size: Int) -> (Int) -> [Int] {
        { count in stride(from: 0, to: count, by: size).map { min(size, count - $0) } }
    }

    @Test func `regular schemes are named`() {
        #expect(DigitScheme(of: encoder(groups(1))).grouping == .single)
        #expect(DigitScheme(of: encoder(groups(2))).grouping == .fromLeft(2))
        #expect(DigitScheme(of: encoder(groups(3))).grouping == .fromLeft(3))
        #expect(DigitScheme(of: encoder { groups(3)($0).reversed() }).grouping == .fromRight(3))
        #expect(DigitScheme(of: encoder(groups(4))).grouping == .fromLeft(4))
        #expect(DigitScheme(of: encoder { [$0] }).grouping == .whole)
        #expect(DigitScheme(of: encoder(groups(3))).description == "groups of up to 3 digits from the left")
    }

    @Test func `whatever no scheme explains is irregular, with the shares of numbers that are one token`() {
        let scheme = DigitScheme(of: encoder { $0 < 4 ? [$0] : $0 == 4 ? [2, 2] : [$0 - 4, 4] })
        #expect(scheme.grouping == .irregular)
        #expect(scheme.agreement == 0)
        #expect(scheme.wholeShares == [1, 1, 1, 0])
        // Sizes that only long numbers tell apart.
        #expect(DigitScheme(of: encoder { $0 < 6 ? [$0] : [1, $0 - 1] }).grouping == .irregular)
    }

    @Test func `digits without tokens are no scheme`() {
        #expect(DigitScheme(of: { _ in [nil] }).grouping == .missing)
        #expect(DigitScheme(of: { _ in [] }).grouping == .missing)
        #expect(DigitScheme(of: { _ in [] }).description == "not all digits have tokens")
    }

    @Test(arguments: NumberCut.Space.allCases)
    func `the space before a number is its own token, part of the first, or none`(space: NumberCut.Space) {
        #expect(DigitScheme(of: encoder(space: space, groups(1))).space == space)
    }

    @Test func `two schemes are compared number by number`() {
        let (one, three) = (encoder(groups(1)), encoder(groups(3)))
        let (first, second) = (DigitScheme(of: one), DigitScheme(of: three))
        let comparison = DigitComparison(first, second, source: one, target: three)
        #expect(comparison.differing == 9990)
        #expect(comparison.share == 0.999)
        #expect(comparison.examples.first?.text == "1234")
        #expect(comparison.examples.first?.target == ["123", "4"])
        #expect(comparison.others.first { $0.text == "1,000" }?.target == ["1", ",", "000"])
        #expect(comparison.others.first { $0.text == "a1b2" }?.isAlike == true)
        let same = DigitComparison(first, first, source: one, target: one)
        #expect(same.differing == 0 && same.examples.isEmpty)
    }

    @Test func `the space before a number is no difference`() {
        let (one, other) = (encoder(space: .separate, groups(3)), encoder(space: .joined, groups(3)))
        let comparison = DigitComparison(DigitScheme(of: one), DigitScheme(of: other), source: one, target: other)
        #expect(comparison.differing == 0)
    }
}
