import TestSupport

/// A fixture in NumPy's format: float32 or float64, C order, little endian.
struct NumPyArray {
    let shape: [Int]
    let values: [Double]

    /// The values as floats, which float32 arrays are exactly.
    var floats: [Float] { values.map { Float($0) } }

    init(_ name: String) throws {
        let bytes = try Fixture(name).bytes
        let headerEnd = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
        let header = String(decoding: bytes[10..<headerEnd], as: UTF8.self)
        let inner = header.split(separator: "(")[1].split(separator: ")")[0]
        shape = inner.split(separator: ",").compactMap { Int($0.filter(\.isNumber)) }
        let isDouble = header.contains("<f8")
        let size = isDouble ? 8 : 4
        values = stride(from: headerEnd, to: bytes.count, by: size).map { start in
            let bits = bytes[start..<start + size].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return isDouble ? Double(bitPattern: bits) : Double(Float(bitPattern: UInt32(bits)))
        }
    }
}
