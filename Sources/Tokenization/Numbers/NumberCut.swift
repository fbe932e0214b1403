internal import Vocabularies

/// Where a tokenizer cuts the digits of a number.
public struct NumberCut: Sendable, Hashable {
    /// How the space before a number is written.
    public enum Space: String, Sendable, Hashable, CaseIterable {
        /// A token of its own stands before the first digit.
        case separate
        /// The token of the first digits begins a word.
        case joined
        /// No token has a sign of it.
        case none
    }

    /// How many digits each token holds, in order: 3 and 1 where 1234 is `123` `4`; empty where some digit has no
    /// token.
    public let lengths: [Int]
    /// How the space before the number is written.
    public let space: Space

    /// Looks at the tokens of a text that has no digits but those of `number`.
    ///
    /// - Parameter tokens: what each token stands for; nil for unknown and special ones.
    init(of number: [UInt8], in tokens: [OwnText?]) {
        var digits: [UInt8] = []
        var lengths: [Int] = []
        var space = Space.none
        for token in tokens {
            let found = token?.bytes.filter(NumberCut.isDigit) ?? []
            if digits.isEmpty, let token {
                if found.isEmpty {
                    space = token.beginsWord && token.bytes.allSatisfy { $0 == 0x20 } ? .separate : .none
                } else if token.beginsWord {
                    space = .joined
                }
            }
            guard !found.isEmpty else { continue }
            digits += found
            lengths.append(found.count)
        }
        self.lengths = digits == number ? lengths : []
        self.space = space
    }

    static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }
}
