internal import CFocusPlugin

/// How floating-point numbers of other types become F32, as `Tensor.float()` makes them.
struct SinglePrecision {
    private enum Source {
        case half, bfloat16, double
    }

    private let source: Source
    /// The size of one number as it is stored.
    let sourceByteCount: Int

    static let elementType = UInt32(FOCUS_F32.rawValue)
    static let byteCount = 4

    /// For numbers of `type`; nil where they are F32 already, or none of float16, bfloat16 and float64.
    init?(_ type: TorchType) {
        switch type.name {
        case "float16": source = .half
        case "bfloat16": source = .bfloat16
        case "float64": source = .double
        default: return nil
        }
        sourceByteCount = type.byteCount
    }

    /// The numbers of `bytes`, which holds whole ones.
    func values(of bytes: UnsafeRawBufferPointer) -> [Float] {
        (0..<bytes.count / sourceByteCount).map { number in
            let place = number * sourceByteCount
            switch source {
            case .half:
                let bits = unsafe bytes.loadUnaligned(fromByteOffset: place, as: UInt16.self)
                return Float(Float16(bitPattern: bits))
            case .bfloat16:
                let bits = unsafe bytes.loadUnaligned(fromByteOffset: place, as: UInt16.self)
                return Float(bitPattern: UInt32(bits) << 16)
            case .double: return Float(unsafe bytes.loadUnaligned(fromByteOffset: place, as: Double.self))
            }
        }
    }
}
