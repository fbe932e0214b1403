internal import CKernels

/// Conversion of tensor elements to and from `Float`: f32, f16, bf16 and f64, little endian; 8-bit floats are widened
/// only.
///
/// Widening is exact. Narrowing rounds to nearest, ties to even; what is too large becomes infinity; NaN stays NaN.
public enum ElementConversion {
    /// Widens as many elements of `type` as `output` has room for; `bytes` must be exactly as long.
    public static func toFloat(_ bytes: RawSpan, _ type: ElementType, into output: inout MutableSpan<Float>) {
        let count = output.count
        precondition(type.widensToFloat, "\(type) does not convert to Float")
        precondition(bytes.byteCount == count * type.bitWidth / 8, "\(bytes.byteCount) bytes for \(count) elements")
        if let values = eightBitValues(of: type) {
            for index in 0..<count { output[index] = values[Int(bytes.byte(at: index))] }
            return
        }
        unsafe bytes.withUnsafeBytes { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                guard count > 0, let from = source.baseAddress, let to = target.baseAddress else {
                    return
                }
                switch type {
                case .f16: unsafe focus_f16_to_f32(from, to, count)
                case .bf16: unsafe focus_bf16_to_f32(from, to, count)
                case .f64: unsafe focus_f64_to_f32(from, to, count)
                default: unsafe UnsafeMutableRawPointer(to).copyMemory(from: from, byteCount: source.count)
                }
            }
        }
    }

    /// Narrows `values` to elements of `type`; `output` must be exactly as long in bytes.
    public static func fromFloat(_ values: Span<Float>, _ type: ElementType, into output: inout MutableRawSpan) {
        let count = values.count
        precondition(type.convertsToFloat, "\(type) does not convert from Float")
        precondition(output.byteCount == count * type.bitWidth / 8, "\(output.byteCount) bytes for \(count) elements")
        unsafe values.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBytes { target in
                guard count > 0, let from = source.baseAddress, let to = target.baseAddress else {
                    return
                }
                switch type {
                case .f16: unsafe focus_f32_to_f16(from, to, count)
                case .bf16: unsafe focus_f32_to_bf16(from, to, count)
                case .f64: unsafe focus_f32_to_f64(from, to, count)
                default: unsafe to.copyMemory(from: from, byteCount: target.count)
                }
            }
        }
    }
}
