internal import TensorIO

/// A tensor with contents made up for a law.
struct SampleTensor: Sendable {
    let descriptor: TensorDescriptor
    let bytes: [UInt8]

    /// Makes a tensor with contents that depend on its name.
    init(_ name: TensorName, _ type: ElementType, _ shape: [Int]) throws(FormatError) {
        let descriptor = try TensorDescriptor(name: name, elementType: type, shape: shape)
        var state = name.bytes.reduce(0x9E37_79B9_7F4A_7C15 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let words = (0..<(descriptor.byteCount + 7) / 8).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            // A truth value is 0 or 1; formats may say so of the others.
            return type == .bool ? state >> 7 & 0x0101_0101_0101_0101 : state
        }
        self.descriptor = descriptor
        bytes = unsafe words.withUnsafeBytes { unsafe Array($0.prefix(descriptor.byteCount)) }
    }
}

extension [SampleTensor] {
    /// Contents in pieces of `size` bytes.
    func contents(inPiecesOf size: Int = .max) -> TensorContents {
        let bytes = Dictionary(uniqueKeysWithValues: map { ($0.descriptor.name, $0.bytes) })
        return TensorContents { (tensor: TensorDescriptor, sink: TensorContents.Sink) throws(FormatError) in
            let contents = bytes[tensor.name] ?? []
            var start = 0
            while start < contents.count {
                let end = start + Swift.min(size, contents.count - start)
                try unsafe sink(contents.span.bytes.extracting(start..<end))
                start = end
            }
        }
    }

    var descriptors: [TensorDescriptor] {
        map(\.descriptor)
    }
}

extension FormatConformance {
    /// Tensors of all types the format carries, in all kinds of shapes.
    func samples() throws(FormatError) -> [SampleTensor] {
        var samples: [SampleTensor] = []
        let shapes: [[Int]] = [[], [0], [1], [0, 3], [3, 0], [2, 12], [4], [3, 4, 5], [1, 1, 1, 1, 4], [37, 64]]
        for type in ElementType.allCases where abilities.elementTypes.contains(type) {
            for shape in shapes
            where shape.count <= abilities.maximumRank && shape.reduce(type.bitWidth, *) % 8 == 0 {
                samples.append(try SampleTensor(TensorName("\(type.rawValue).\(shape)"), type, shape))
            }
        }
        return samples
    }

    /// A few small tensors, as many as one file may have.
    func fewSamples() throws(FormatError) -> [SampleTensor] {
        let types = ElementType.allCases.filter { abilities.elementTypes.contains($0) && $0.bitWidth >= 8 }
        var samples: [SampleTensor] = []
        for (index, type) in types.prefix(min(5, abilities.maximumTensorCount)).enumerated() {
            samples.append(try SampleTensor(TensorName("layer.\(index)/weight"), type, [5, index + 1]))
        }
        return samples
    }
}
