/// Reads the numbers of `ScalarTables`: groups of five bits, lowest first, in base64's alphabet.
struct PackedNumbers {
    private let text: StaticString
    private var position = 0

    init(_ text: StaticString) {
        self.text = text
    }

    /// The next number; nil at the end.
    mutating func next() -> Int? {
        var value = 0
        var shift = 0
        while position < text.utf8CodeUnitCount {
            let byte = unsafe text.utf8Start[position]
            position += 1
            guard let digit = PackedNumbers.digit(byte) else { return nil }
            value |= (digit & 31) << shift
            shift += 5
            if digit < 32 { return value }
        }
        return nil
    }

    /// The value of one character of base64's alphabet.
    static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte) - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) + 4
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
