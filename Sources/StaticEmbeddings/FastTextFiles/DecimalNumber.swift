/// Reads decimal numbers like `-0.0123` and `1e-05`.
enum DecimalNumber {
    /// The nearest `Float` to the number that `bytes` spell, or nil where they spell none.
    static func float(_ bytes: some Collection<UInt8>) -> Float? {
        quick(bytes) ?? slow(bytes)
    }

    private static let powers: [Float] = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10]

    /// Numbers of few digits and no exponent: both parts of the quotient are exact, so one rounding remains.
    private static func quick(_ bytes: some Collection<UInt8>) -> Float? {
        var digits: UInt32 = 0
        var decimals = 0
        var hasPoint = false
        var isNegative = false
        var hasDigit = false
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "-") where index == 0: isNegative = true
            case UInt8(ascii: ".") where !hasPoint: hasPoint = true
            case 0x30...0x39:
                digits = digits * 10 + UInt32(byte - 0x30)
                hasDigit = true
                if hasPoint { decimals += 1 }
                guard digits < 1 << 24, decimals < powers.count else { return nil }
            default: return nil
            }
        }
        guard hasDigit else { return nil }
        let magnitude = Float(digits) / powers[decimals]
        return isNegative ? -magnitude : magnitude
    }

    private static func slow(_ bytes: some Collection<UInt8>) -> Float? {
        let name = String(decoding: bytes, as: UTF8.self).lowercased()
        // Swift would read hexadecimal too.
        guard !name.isEmpty, !name.contains("x") else { return nil }
        return Float(name)
    }
}
