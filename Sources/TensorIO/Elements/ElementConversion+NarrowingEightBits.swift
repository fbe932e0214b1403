extension ElementConversion {
    /// The largest finite number of an 8-bit float type that values are narrowed to: E4M3 and E5M2; nil for others.
    public static func largestEightBitValue(of type: ElementType) -> Float? {
        switch type {
        case .f8e4m3: 448
        case .f8e5m2: 57344
        default: nil
        }
    }

    /// The bits of the E4M3 or E5M2 number that is nearest to `value`, ties to even.
    ///
    /// What is too large, infinities included, becomes the largest finite number of its sign; NaN stays NaN.
    public static func eightBits(of value: Float, as type: ElementType) -> UInt8 {
        let (fractionBits, bias, largest): (Int, Int, UInt32) =
            switch type {
            case .f8e4m3: (3, 7, 0x7E)
            case .f8e5m2: (2, 15, 0x7B)
            default: preconditionFailure("\(type) is no 8-bit float that values are narrowed to")
            }
        let sign = UInt8(value.bitPattern >> 24) & 0x80
        let magnitude = value.bitPattern & 0x7FFF_FFFF
        guard magnitude <= 0x7F80_0000 else { return sign | 0x7F }
        let leastNormal = UInt32(127 + 1 - bias) << 23
        guard magnitude >= leastNormal else {
            // Subnormal numbers are multiples of the least one: the rounded multiple is their bits.
            let scale = Float(sign: .plus, exponent: bias - 1 + fractionBits, significand: 1)
            return sign | UInt8((value.magnitude * scale).rounded(.toNearestOrEven))
        }
        // A carry of the rounded fraction goes over into the exponent, as it should.
        let dropped = UInt32(23 - fractionBits)
        let half = (UInt32(1) << (dropped - 1)) - 1 + (magnitude >> dropped & 1)
        let bits = (magnitude + half) >> dropped - UInt32(127 - bias) << UInt32(fractionBits)
        return sign | UInt8(min(bits, largest))
    }
}
