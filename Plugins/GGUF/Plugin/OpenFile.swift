internal import CFocusPlugin

/// An open file, or all files of a model that was split: headers, and whether blocks are read as numbers.
final class OpenFile: Sendable {
    /// A tensor as it is shown.
    struct Listed {
        let entry: TensorEntry
        /// Which file it is in.
        let part: Int
        let elementType: focus_element_type
        let shape: [Int]
        let byteCount: Int
        /// Whether blocks become numbers when it is read.
        let isDequantized: Bool
    }

    /// In the order of the file.
    let tensors: [Listed]
    /// Keys and values; the types of those that are no strings are a value of their own.
    let metadata: [(key: [UInt8], value: [UInt8])]
    /// The files of a model that was split; none for a single file.
    let parts: [[UInt8]]
    private let files: [InputFile]

    /// Opens and checks the file at `path`, and the other parts of a model that was split.
    init(_ path: [UInt8], dequantizing: Bool) throws(GGUFError) {
        let file = try InputFile(path)
        let header = try GGUFHeader(file)
        let split = try SplitModel(path, header)
        let opened = try split?.open() ?? [(file, header)]
        parts = split?.names ?? []
        files = opened.map(\.file)
        var tensors: [Listed] = []
        for (part, (_, header)) in opened.enumerated() {
            for entry in header.tensors { tensors.append(try OpenFile.listed(entry, part, dequantizing)) }
        }
        self.tensors = tensors
        let own = opened[0].header.metadata.filter { split == nil || !SplitModel.keys.contains($0.key) }
        metadata = OpenFile.shown(own, isDequantized: tensors.contains(where: \.isDequantized))
    }

    private static func listed(_ entry: TensorEntry, _ part: Int, _ dequantizing: Bool) throws(GGUFError) -> Listed {
        if let type = entry.type.elementType {
            return Listed(
                entry: entry, part: part, elementType: type, shape: entry.shape, byteCount: entry.byteCount,
                isDequantized: false)
        }
        guard dequantizing else {
            return Listed(
                entry: entry, part: part, elementType: FOCUS_U8, shape: entry.shapeInBytes, byteCount: entry.byteCount,
                isDequantized: false)
        }
        guard Dequantization.supports(entry.type) else {
            throw GGUFError(
                FOCUS_ERROR_UNSUPPORTED,
                "tensor \(quoted(entry.name)) has type \(entry.type.name), which is not dequantised here: leave out "
                    + "--option dequantize=f32 to read its blocks as bytes")
        }
        return Listed(
            entry: entry, part: part, elementType: FOCUS_F32, shape: entry.shape, byteCount: entry.elementCount * 4,
            isDequantized: true)
    }

    private static func shown(
        _ metadata: [(key: [UInt8], value: MetadataText)], isDequantized: Bool
    ) -> [(key: [UInt8], value: [UInt8])] {
        let told = metadata.filter { key, value in
            !(key == WellKnown.architectureKey && value.text == WellKnown.noArchitecture)
                && !(isDequantized && WellKnown.quantizationKeys.contains(key))
        }
        // In an order that does not depend on that of the file: whoever compares two files compares this text.
        var types: [UInt8] = []
        for (key, value) in told.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) })
        where value.type != MetadataType.string.name {
            types.append(types.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
            MetadataText.quote(key, into: &types)
            types.append(UInt8(ascii: ":"))
            MetadataText.quote(Array(value.type.utf8), into: &types)
        }
        let shown = told.map { (key: $0.key, value: $0.value.text) }
        return types.isEmpty ? shown : shown + [(WellKnown.typesKey, types + [UInt8(ascii: "}")])]
    }

    /// Sends the bytes `range` of the numbers of a tensor that is dequantised.
    ///
    /// - Parameter send: takes some bytes; returns false where no more are wanted.
    /// - Returns: false where `send` did.
    func read(_ tensor: Listed, _ range: Range<Int>, _ send: (RawSpan) -> Bool) throws(GGUFError) -> Bool {
        let type = tensor.entry.type
        let blockBytes = type.blockSize * 4
        // About a quarter of a megabyte of numbers at a time.
        let step = max(1, (1 << 18) / blockBytes)
        var place = range.lowerBound
        var numbers: [Float] = []
        while place < range.upperBound {
            let first = place / blockBytes
            let last = min((range.upperBound + blockBytes - 1) / blockBytes, first + step)
            let blocks = try files[tensor.part].bytes(
                at: tensor.entry.offset + first * type.byteCount, (last - first) * type.byteCount)
            let count = (last - first) * type.blockSize
            if numbers.count != count { numbers = Array(repeating: 0, count: count) }
            var output = numbers.mutableSpan
            Dequantization.numbers(blocks.span, type, into: &output)
            let end = min(range.upperBound, last * blockBytes)
            let part = place - first * blockBytes..<end - first * blockBytes
            guard unsafe send(numbers.span.bytes.extracting(part)) else { return false }
            place = end
        }
        return true
    }
}
