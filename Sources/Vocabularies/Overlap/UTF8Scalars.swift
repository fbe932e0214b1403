/// One step through bytes that should be UTF-8: a scalar, or what is ill-formed.
struct UTF8Step {
    /// The value of `scalar` for bytes that are no scalar.
    static let malformed: UInt32 = .max

    /// The scalar's value, or `malformed`.
    let scalar: UInt32
    /// How many bytes it takes; for ill-formed bytes the maximal part of a scalar that could have been, at least 1,
    /// which is what one U+FFFD replaces. (The Unicode Standard, section 3.9)
    let length: Int
}

extension Array<UInt8> {
    /// The scalar that starts at `index`.
    func step(at index: Int) -> UTF8Step {
        let lead = self[index]
        guard lead >= 0x80 else { return UTF8Step(scalar: UInt32(lead), length: 1) }
        let length: Int
        var range: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF:
            length = 3
            if lead == 0xE0 { range = 0xA0...0xBF }
            if lead == 0xED { range = 0x80...0x9F }
        case 0xF0...0xF4:
            length = 4
            if lead == 0xF0 { range = 0x90...0xBF }
            if lead == 0xF4 { range = 0x80...0x8F }
        default: return UTF8Step(scalar: UTF8Step.malformed, length: 1)
        }
        var scalar = UInt32(lead) & (0x7F >> UInt32(length))
        for offset in 1..<length {
            guard index + offset < count, range.contains(self[index + offset]) else {
                return UTF8Step(scalar: UTF8Step.malformed, length: offset)
            }
            scalar = scalar << 6 | UInt32(self[index + offset] & 0x3F)
            range = 0x80...0xBF
        }
        return UTF8Step(scalar: scalar, length: length)
    }

    /// Appends `scalar` as UTF-8.
    mutating func append(scalar: UInt32) {
        switch scalar {
        case 0..<0x80: append(UInt8(scalar))
        case 0x80..<0x800:
            append(UInt8(0xC0 | scalar >> 6))
            append(UInt8(0x80 | scalar & 0x3F))
        case 0x800..<0x1_0000:
            append(UInt8(0xE0 | scalar >> 12))
            append(UInt8(0x80 | scalar >> 6 & 0x3F))
            append(UInt8(0x80 | scalar & 0x3F))
        default:
            append(UInt8(0xF0 | scalar >> 18 & 7))
            append(UInt8(0x80 | scalar >> 12 & 0x3F))
            append(UInt8(0x80 | scalar >> 6 & 0x3F))
            append(UInt8(0x80 | scalar & 0x3F))
        }
    }

    /// The bytes with U+FFFD in place of what is ill-formed.
    var repaired: [UInt8] {
        var index = 0
        while index < count {
            let step = step(at: index)
            if step.scalar == UTF8Step.malformed { break }
            index += step.length
        }
        guard index < count else { return self }
        var output = [UInt8](self[..<index])
        while index < count {
            let step = step(at: index)
            if step.scalar == UTF8Step.malformed {
                output.append(scalar: 0xFFFD)
            } else {
                output.append(contentsOf: self[index..<index + step.length])
            }
            index += step.length
        }
        return output
    }
}
