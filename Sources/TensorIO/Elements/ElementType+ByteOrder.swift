extension ElementType {
    /// Reverses the bytes of each number in `elements`, which must be whole elements. A complex number is two numbers.
    public func reverseBytes(of elements: inout [UInt8]) {
        switch self == .c64 ? 4 : bitWidth / 8 {
        case 2: elements.reverseBytes(of: UInt16.self)
        case 4: elements.reverseBytes(of: UInt32.self)
        case 8: elements.reverseBytes(of: UInt64.self)
        default: return
        }
    }
}

extension [UInt8] {
    fileprivate mutating func reverseBytes<Value: FixedWidthInteger & BitwiseCopyable>(of type: Value.Type) {
        unsafe withUnsafeMutableBytes { bytes in
            for offset in stride(from: 0, to: bytes.count, by: MemoryLayout<Value>.size) {
                let value = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: type)
                unsafe bytes.storeBytes(of: value.byteSwapped, toByteOffset: offset, as: type)
            }
        }
    }
}
