internal import TensorIO

extension NPYHeader {
    /// Makes whole elements little endian, where the file has them the other way round.
    func reverseBytesIfNeeded(of elements: inout [UInt8]) {
        guard isBigEndian else { return }
        // A complex number is two numbers, each in its own order.
        switch tensor.elementType == .c64 ? 4 : tensor.elementType.bitWidth / 8 {
        case 2: elements.reverseBytes(of: UInt16.self)
        case 4: elements.reverseBytes(of: UInt32.self)
        default: elements.reverseBytes(of: UInt64.self)
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
