extension IndexParser {
    /// How many numbers a list may have: as many as a tensor may have axes.
    private static let largestCount = 64

    /// The list of numbers that begins here, none of them negative.
    package mutating func numbers() throws(Refusal) -> [Int] {
        try expect("[")
        if next() == UInt8(ascii: "]") {
            try expect("]")
            return []
        }
        var numbers = [try number()]
        while next() == UInt8(ascii: ",") {
            try expect(",")
            numbers.append(try number())
            guard numbers.count <= IndexParser.largestCount else { throw invalid("has a list of too many numbers") }
        }
        try expect("]")
        return numbers
    }

    private mutating func number() throws(Refusal) -> Int {
        var (value, digitCount) = (0, 0)
        while let byte = next(), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
            digitCount += 1
            try expect(Unicode.Scalar(byte))
            guard digitCount <= 18 else { throw invalid("has a number that is larger than any file") }
        }
        guard digitCount > 0 else { throw invalid("has something other than a number in a list") }
        return value
    }
}
