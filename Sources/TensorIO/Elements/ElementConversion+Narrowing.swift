internal import CKernels

extension ElementConversion {
    /// Converts the elements of type `old` in `bytes` to `new`, each rounded once; `old` widens to `Float` and `new`
    /// converts.
    public static func convert(_ bytes: RawSpan, from old: ElementType, to new: ElementType) -> [UInt8] {
        let count = bytes.byteCount * 8 / old.bitWidth
        var values = [Float](repeating: 0, count: count)
        var span = values.mutableSpan
        if old == .f64, new.bitWidth == 16 {
            toOddFloat(bytes, into: &span)
        } else {
            toFloat(bytes, old, into: &span)
        }
        var output = [UInt8](repeating: 0, count: count * new.bitWidth / 8)
        store(values.span, new, in: &output, at: 0)
        return output
    }

    /// Doubles as singles that keep in their last bit whether something was lost.
    private static func toOddFloat(_ bytes: RawSpan, into output: inout MutableSpan<Float>) {
        unsafe bytes.withUnsafeBytes { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                unsafe focus_f64_to_odd_f32(from, to, target.count)
            }
        }
    }
}
