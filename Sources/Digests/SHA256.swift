private import CKernels

/// The SHA-256 of bytes that arrive chunk by chunk (FIPS 180-4).
///
/// It names contents: two inputs with the same digest are taken to be the same.
public struct SHA256: Sendable {
    private var state: [UInt32] = [
        0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
    ]
    private var block: [UInt8] = []
    private var byteCount: UInt64 = 0

    private static let blockSize = FOCUS_SHA256_BLOCK

    /// Begins with no bytes.
    public init() {
        block.reserveCapacity(SHA256.blockSize)
    }

    /// Takes in `bytes` after those before.
    public mutating func update(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe update($0) }
    }

    /// Takes in `bytes` after those before.
    public mutating func update(_ bytes: [UInt8]) {
        update(bytes.span)
    }

    /// Takes in an integer as eight bytes, the lowest first: a length in front of data keeps one item apart from the
    /// next.
    public mutating func update(_ number: Int) {
        unsafe withUnsafeBytes(of: UInt64(truncatingIfNeeded: number).littleEndian) { bytes in
            unsafe bytes.withMemoryRebound(to: UInt8.self) { unsafe update($0) }
        }
    }

    private mutating func update(_ bytes: UnsafeBufferPointer<UInt8>) {
        byteCount += UInt64(bytes.count)
        var rest = unsafe bytes[...]
        if !block.isEmpty {
            let missing = SHA256.blockSize - block.count
            unsafe block.append(contentsOf: rest.prefix(missing))
            guard block.count == SHA256.blockSize else { return }
            unsafe rest.removeFirst(missing)
            unsafe focus_sha256(&state, block, 1)
            block.removeAll(keepingCapacity: true)
        }
        let whole = unsafe rest.count / SHA256.blockSize
        if whole > 0 {
            unsafe focus_sha256(&state, UnsafeBufferPointer(rebasing: rest).baseAddress, whole)
            unsafe rest.removeFirst(whole * SHA256.blockSize)
        }
        unsafe block.append(contentsOf: rest)
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
}
