/// The key under which the slice of a tensor is kept, in an encoding whose order is that of what it encodes.
enum SliceKey {
    /// The key of `slice` of the tensor called `name`.
    static func of(_ slice: BundleEntry.Slice, _ name: [UInt8]) -> [UInt8] {
        // The number 0, which sets such keys apart; the name; the number of axes.
        var key: [UInt8] = [0]
        for byte in name {
            key.append(byte)
            if byte == 0 { key.append(0xFF) }
            if byte == 0xFF { key.append(0) }
        }
        key += [0, 1]
        key += slice.isEmpty ? [0] : [1, UInt8(slice.count)]
        for (start, length) in slice {
            append(start, to: &key)
            append(length ?? -1, to: &key)
        }
        return key
    }

    /// Appends a number with a sign: as many bytes as it needs, the first bits of which say how many.
    private static func append(_ number: Int, to key: inout [UInt8]) {
        let magnitude = number < 0 ? ~number : number
        // Each byte more gives seven bits, one of all bits is that of the sign.
        let count = (Int.bitWidth - magnitude.leadingZeroBitCount) / 7 + 1
        var bytes = (0..<count).reversed().map { place in
            UInt8(truncatingIfNeeded: place < 8 ? number >> (8 * place) : number >> 63)
        }
        let mark = UInt16(truncatingIfNeeded: 0xFFFF << (16 - count))
        bytes[0] ^= UInt8(mark >> 8)
        if count > 8 { bytes[1] ^= UInt8(mark & 0xFF) }
        key += bytes
    }
}
