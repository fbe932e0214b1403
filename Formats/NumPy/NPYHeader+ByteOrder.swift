internal import TensorIO

extension NPYHeader {
    /// Makes whole elements little endian, where the file has them the other way round.
    func reverseBytesIfNeeded(of elements: inout [UInt8]) {
        if isBigEndian { tensor.elementType.reverseBytes(of: &elements) }
    }
}
