extension ElementConversion {
    /// The values of the 256 elements of an 8-bit float type, by their bits; nil for other types.
    ///
    /// The encodings are those of the OCP specification of 8-bit floating point (E4M3, E5M2), of OCP Microscaling
    /// (E8M0), and of the variants without negative zero (FNUZ), which have NaN in its place and a bias larger by one.
    static func eightBitValues(of type: ElementType) -> [Float]? {
        switch type {
        case .f8e4m3: values { $0 & 0x7F == 0x7F ? .nan : value($0, fractionBits: 3, bias: 7) }
        case .f8e5m2:
            values { bits in
                switch bits & 0x7F {
                case 0x7C: bits < 0x80 ? .infinity : -.infinity
                case 0x7D...: .nan
                default: value(bits, fractionBits: 2, bias: 15)
                }
            }
        case .f8e4m3fnuz: values { $0 == 0x80 ? .nan : value($0, fractionBits: 3, bias: 8) }
        case .f8e5m2fnuz: values { $0 == 0x80 ? .nan : value($0, fractionBits: 2, bias: 16) }
        case .f8e8m0: values { $0 == 0xFF ? .nan : Float(sign: .plus, exponent: Int($0) - 127, significand: 1) }
        default: nil
        }
    }

    private static func values(_ value: (UInt8) -> Float) -> [Float] {
        (0...UInt8.max).map(value)
    }

    /// The number of a sign, an exponent and a fraction as IEEE 754 reads them, where every exponent is a number's.
    private static func value(_ bits: UInt8, fractionBits: Int, bias: Int) -> Float {
        let fraction = Float(bits & (1 << fractionBits - 1)) / Float(1 << fractionBits)
        let exponent = Int(bits & 0x7F) >> fractionBits
        let magnitude =
            exponent == 0
            ? Float(sign: .plus, exponent: 1 - bias, significand: fraction)
            : Float(sign: .plus, exponent: exponent - bias, significand: 1 + fraction)
        return bits < 0x80 ? magnitude : -magnitude
    }
}
