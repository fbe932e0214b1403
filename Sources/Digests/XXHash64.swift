/// XXH64 of bytes that arrive in pieces, with seed 0.
///
/// The algorithm is that of https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md.
public struct XXHash64: Sendable {
    private var lanes: (UInt64, UInt64, UInt64, UInt64)
    /// What did not fill a stripe of 32 bytes yet.
    private var rest: [UInt8] = []
    private var byteCount: UInt64 = 0

    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    /// Makes the hash of nothing.
    public init() {
        lanes = (XXHash64.prime1 &+ XXHash64.prime2, XXHash64.prime2, 0, 0 &- XXHash64.prime1)
    }

    @inline(__always) private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
        value << count | value >> (64 - count)
    }

    @inline(__always) private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
        rotate(lane &+ input &* prime2, 31) &* prime1
    }

    /// Takes in `bytes`.
    public mutating func append(_ bytes: RawSpan) {
        byteCount &+= UInt64(bytes.byteCount)
        unsafe bytes.withUnsafeBytes { bytes in
            var start = 0
            if !rest.isEmpty {
                start = min(32 - rest.count, bytes.count)
                unsafe rest.append(contentsOf: bytes[..<start])
                guard rest.count == 32 else { return }
                unsafe rest.withUnsafeBytes { unsafe stripes($0) }
                rest.removeAll(keepingCapacity: true)
            }
            let end = start + (bytes.count - start) / 32 * 32
            unsafe stripes(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            unsafe rest.append(contentsOf: bytes[end...])
        }
    }

    private mutating func stripes(_ bytes: UnsafeRawBufferPointer) {
        var (a, b, c, d) = lanes
        for offset in stride(from: 0, to: bytes.count, by: 32) {
            a = XXHash64.round(
                a, unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            b = XXHash64.round(
                b, unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)))
            c = XXHash64.round(
                c, unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self)))
            d = XXHash64.round(
                d, unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 24, as: UInt64.self)))
        }
        lanes = (a, b, c, d)
    }

    /// The hash of all that was taken in.
    public var value: UInt64 {
        var hash: UInt64
        if byteCount >= 32 {
            hash =
                XXHash64.rotate(lanes.0, 1) &+ XXHash64.rotate(lanes.1, 7) &+ XXHash64.rotate(lanes.2, 12)
                &+ XXHash64.rotate(lanes.3, 18)
            for lane in [lanes.0, lanes.1, lanes.2, lanes.3] {
                hash = (hash ^ XXHash64.round(0, lane)) &* XXHash64.prime1 &+ XXHash64.prime4
            }
        } else {
            hash = XXHash64.prime5
        }
        hash &+= byteCount
        var left = rest[...]
        func take(_ count: Int) -> UInt64 {
            defer { left = left.dropFirst(count) }
            return left.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        while left.count >= 8 {
            hash = XXHash64.rotate(hash ^ XXHash64.round(0, take(8)), 27) &* XXHash64.prime1 &+ XXHash64.prime4
        }
        if left.count >= 4 {
            hash = XXHash64.rotate(hash ^ take(4) &* XXHash64.prime1, 23) &* XXHash64.prime2 &+ XXHash64.prime3
        }
        while !left.isEmpty { hash = XXHash64.rotate(hash ^ take(1) &* XXHash64.prime5, 11) &* XXHash64.prime1 }
        hash = (hash ^ hash >> 33) &* XXHash64.prime2
        hash = (hash ^ hash >> 29) &* XXHash64.prime3
        return hash ^ hash >> 32
    }
}
