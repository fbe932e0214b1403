internal import TensorIO

/// The elements of a tensor as doubles: exact for all types but 64-bit integers, which are rounded to nearest.
enum ElementValues {
    /// Whether elements of `type` have a value as a number here.
    static func covers(_ type: ElementType) -> Bool {
        switch type {
        case .bool, .u8, .i8, .u16, .i16, .u32, .i32, .u64, .i64: true
        default: type.widensToFloat
        }
    }

    /// Replaces `values` by the elements of `type` in `bytes`.
    static func decode(_ bytes: RawSpan, _ type: ElementType, into values: inout [Double]) {
        values.removeAll(keepingCapacity: true)
        switch type {
        case .f32: append(bytes, UInt32.self, to: &values) { Double(Float(bitPattern: $0)) }
        case .f16, .bf16, .f8e4m3, .f8e5m2, .f8e8m0, .f8e4m3fnuz, .f8e5m2fnuz:
            var floats: [Float] = []
            ElementConversion.append(bytes, type, to: &floats)
            values.append(contentsOf: floats.lazy.map(Double.init))
        case .f64: append(bytes, UInt64.self, to: &values) { Double(bitPattern: $0) }
        case .bool, .u8: append(bytes, UInt8.self, to: &values) { Double($0) }
        case .i8: append(bytes, UInt8.self, to: &values) { Double(Int8(bitPattern: $0)) }
        case .u16: append(bytes, UInt16.self, to: &values) { Double($0) }
        case .i16: append(bytes, UInt16.self, to: &values) { Double(Int16(bitPattern: $0)) }
        case .u32: append(bytes, UInt32.self, to: &values) { Double($0) }
        case .i32: append(bytes, UInt32.self, to: &values) { Double(Int32(bitPattern: $0)) }
        case .u64: append(bytes, UInt64.self, to: &values) { Double($0) }
        case .i64: append(bytes, UInt64.self, to: &values) { Double(Int64(bitPattern: $0)) }
        default: return
        }
    }

    private static func append<Bits: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: RawSpan, _ type: Bits.Type, to values: inout [Double], _ value: (Bits) -> Double
    ) {
        let width = MemoryLayout<Bits>.size
        for offset in stride(from: 0, through: bytes.byteCount - width, by: width) {
            values.append(value(bytes.littleEndian(type, at: offset)))
        }
    }
}
