/// CRC-32C (Castagnoli).
package enum Checksum {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
    }

    /// The checksum of `bytes`.
    package static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
    }

    /// The checksum of `bytes` as tables of LevelDB and bundles of TensorFlow have it: turned and moved.
    package static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
        let sum = of(bytes)
        return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
    }
}
