extension DigitScheme: CustomStringConvertible {
    /// The scheme in words, such as "groups of up to 3 digits from the left".
    public var description: String {
        switch grouping {
        case .single: return "one digit a token"
        case .fromLeft(let size): return "groups of up to \(size) digits from the left"
        case .fromRight(let size): return "groups of up to \(size) digits from the right"
        case .whole: return "each number one token"
        case .missing: return "not all digits have tokens"
        case .irregular:
            let shares = wholeShares.enumerated().dropFirst().map { index, share in
                "\(Int((share * 100).rounded(.down))) % of \(index + 1) digits"
            }
            return "irregular (one token: \(shares.joined(separator: ", ")))"
        }
    }
}

extension DigitScheme.Grouping {
    /// The name of the grouping in JSON: `single`, `fromLeft`, `fromRight`, `whole`, `irregular` or `missing`.
    public var name: String {
        switch self {
        case .single: "single"
        case .fromLeft: "fromLeft"
        case .fromRight: "fromRight"
        case .whole: "whole"
        case .irregular: "irregular"
        case .missing: "missing"
        }
    }

    /// The most digits that a token holds; nil where there is no such number.
    public var size: Int? {
        switch self {
        case .single: 1
        case .fromLeft(let size), .fromRight(let size): size
        case .whole, .irregular, .missing: nil
        }
    }
}
