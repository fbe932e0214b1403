package import TensorIO

extension QuantizedWeight.Scheme {
    /// The bytes of a row with scales of its own in each tensor of a weight, in the order of its parts.
    ///
    /// - Throws: `FormatError` where a scale is larger than its type can say.
    package func quantized(_ row: [Float]) throws(FormatError) -> [[UInt8]] {
        var elements: [UInt8] = []
        switch self {
        case .scaledBlocks(let blocks):
            let scales = try blocks.scales(of: row[...])
            blocks.append(row[...], scales: scales, to: &elements)
            return [elements, blocks.bytes(of: scales)]
        case .affineGroups(let groups):
            var (scales, biases): ([Float], [Float]) = ([], [])
            groups.append(row, elements: &elements, scales: &scales, biases: &biases)
            guard groups.scaleType != .f16 || (scales + biases).allSatisfy({ $0.magnitude < 65520 }) else {
                throw FormatError(.invalidTensor, "would get a row whose scales are too large for F16")
            }
            return [elements, groups.bytes(of: scales), groups.bytes(of: biases)]
        }
    }
}

extension AffineGroups {
    /// The bytes of scales or biases.
    func bytes(of numbers: [Float]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: numbers.count * scaleType.bitWidth / 8)
        ElementConversion.store(numbers.span, scaleType, in: &bytes, at: 0)
        return bytes
    }
}
