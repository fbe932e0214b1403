/// The SHA-256 of bytes that arrive piece by piece (FIPS 180-4).
///
/// It names contents: two inputs with the same digest are taken to be the same.
public struct SHA256: Sendable {
    private var state: [UInt32] = [
        0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
    ]
    private var schedule = [UInt32](repeating: 0, count: 64)
    private var block: [UInt8] = []
    private var byteCount: UInt64 = 0

    private static let blockSize = 64

    /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static let constants: [UInt32] = [
        0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5, 0x3956_C25B, 0x59F1_11F1, 0x923F_82A4, 0xAB1C_5ED5,
        0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3, 0x72BE_5D74, 0x80DE_B1FE, 0x9BDC_06A7, 0xC19B_F174,
        0xE49B_69C1, 0xEFBE_4786, 0x0FC1_9DC6, 0x240C_A1CC, 0x2DE9_2C6F, 0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA,
        0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7, 0xC6E0_0BF3, 0xD5A7_9147, 0x06CA_6351, 0x1429_2967,
        0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC, 0x5338_0D13, 0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85,
        0xA2BF_E8A1, 0xA81A_664B, 0xC24B_8B70, 0xC76C_51A3, 0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070,
        0x19A4_C116, 0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5, 0x391C_0CB3, 0x4ED8_AA4A, 0x5B9C_CA4F, 0x682E_6FF3,
        0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208, 0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7, 0xC671_78F2,
    ]

    /// Begins with no bytes.
    public init() {
        block.reserveCapacity(SHA256.blockSize)
    }

    /// Takes in `bytes` after those before.
    public mutating func update(_ bytes: Span<UInt8>) {
        byteCount += UInt64(bytes.count)
        var position = 0
        if !block.isEmpty {
            while position < bytes.count, block.count < SHA256.blockSize {
                block.append(bytes[position])
                position += 1
            }
            guard block.count == SHA256.blockSize else { return }
            let full = block
            SHA256.compress(full.span, at: 0, into: &state, schedule: &schedule)
            block.removeAll(keepingCapacity: true)
        }
        while bytes.count - position >= SHA256.blockSize {
            SHA256.compress(bytes, at: position, into: &state, schedule: &schedule)
            position += SHA256.blockSize
        }
        while position < bytes.count {
            block.append(bytes[position])
            position += 1
        }
    }

    /// Takes in `bytes` after those before.
    public mutating func update(_ bytes: [UInt8]) {
        update(bytes.span)
    }

    /// Takes in an integer as eight bytes, the lowest first: a length before what has that length keeps pieces apart.
    public mutating func update(_ number: Int) {
        update((0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
    }

    /// The 32 bytes of the digest of all that was taken in.
    public var digest: [UInt8] {
        var copy = self
        let bitCount = byteCount << 3
        // A one bit, zeros up to 8 bytes before the end of a block, the number of bits with the highest byte first.
        let zeros = (SHA256.blockSize * 2 - 9 - block.count) % SHA256.blockSize
        copy.update([0x80] + [UInt8](repeating: 0, count: zeros))
        copy.update((0..<8).map { UInt8(truncatingIfNeeded: bitCount >> (56 - 8 * $0)) })
        return copy.state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32($0))) } }
    }

    /// The digest in lower-case hexadecimal.
    public var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func compress(
        _ bytes: Span<UInt8>, at start: Int, into state: inout [UInt32], schedule: inout [UInt32]
    ) {
        var words = schedule.mutableSpan
        let constants = SHA256.constants.span
        for index in 0..<16 {
            let at = start + 4 * index
            words[index] =
                UInt32(bytes[at]) << 24 | UInt32(bytes[at + 1]) << 16 | UInt32(bytes[at + 2]) << 8
                | UInt32(bytes[at + 3])
        }
        for index in 16..<64 {
            let x = words[index - 15]
            let y = words[index - 2]
            let low = SHA256.rotate(x, 7) ^ SHA256.rotate(x, 18) ^ (x >> 3)
            let high = SHA256.rotate(y, 17) ^ SHA256.rotate(y, 19) ^ (y >> 10)
            words[index] = words[index - 16] &+ low &+ words[index - 7] &+ high
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for index in 0..<64 {
            let mixed = SHA256.rotate(e, 6) ^ SHA256.rotate(e, 11) ^ SHA256.rotate(e, 25)
            let first = h &+ mixed &+ ((e & f) ^ (~e & g)) &+ constants[index] &+ words[index]
            let blend = SHA256.rotate(a, 2) ^ SHA256.rotate(a, 13) ^ SHA256.rotate(a, 22)
            let second = blend &+ ((a & b) ^ (a & c) ^ (b & c))
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
        }
        for (index, value) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= value }
    }

    private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
        word &>> count | word &<< (32 - count)
    }
}
