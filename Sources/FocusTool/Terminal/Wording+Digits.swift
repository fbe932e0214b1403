extension Wording {
    /// `number` things, as in `1 tensor` and `1,234 tensors`.
    static func count(_ number: Int, of noun: String) -> String {
        "\(count(number)) \(noun)\(number == 1 ? "" : "s")"
    }

    /// `number` with five significant digits, as `%.5g` has it: `0.25`, `1.2346e-07`.
    static func significant(_ number: Double) -> String {
        guard number.isFinite else { return "\(number)" }
        guard number != 0 else { return "0" }
        let sign = number < 0 ? "-" : ""
        var (digits, exponent) = decimal(number.magnitude)
        if digits.count > 5 {
            let roundsUp = digits[5] >= 5
            digits = Array(digits[..<5])
            if roundsUp {
                var place = 4
                while place >= 0, digits[place] == 9 {
                    digits[place] = 0
                    place -= 1
                }
                if place >= 0 {
                    digits[place] += 1
                } else {
                    digits.insert(1, at: 0)
                    exponent += 1
                }
            }
        }
        while digits.count > 1, digits.last == 0 { digits.removeLast() }
        func text(_ digits: some Sequence<Int>) -> String { digits.map { "\($0)" }.joined() }
        guard (-5..<7).contains(exponent) else {
            let power = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
            return sign + text(digits[..<1]) + (digits.count > 1 ? "." + text(digits[1...]) : "")
                + "e\(exponent < 0 ? "-" : "+")\(power)"
        }
        if exponent < 0 {
            return sign + "0." + String(repeating: "0", count: -exponent - 1) + text(digits)
        }
        let whole = digits.prefix(exponent + 1)
        let zeros = String(repeating: "0", count: exponent + 1 - whole.count)
        let rest = digits.dropFirst(exponent + 1)
        return sign + text(whole) + zeros + (rest.isEmpty ? "" : "." + text(rest))
    }

    /// The decimal digits of `number`, which is more than 0, and the power of ten of the first.
    private static func decimal(_ number: Double) -> (digits: [Int], exponent: Int) {
        let parts = "\(number)".split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        var digits = mantissa.joined().compactMap(\.wholeNumberValue)
        var exponent = mantissa[0].count - 1 + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        while digits.count > 1, digits.first == 0 {
            digits.removeFirst()
            exponent -= 1
        }
        return (digits, exponent)
    }
}
