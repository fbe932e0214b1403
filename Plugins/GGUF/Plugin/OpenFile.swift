internal import CFocusPlugin

/// An open file: its header, and whether blocks are read as numbers.
final class OpenFile: Sendable {
    /// A tensor as it is shown.
    struct Listed {
        let entry: TensorEntry
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
    private let file: InputFile

    /// Opens and checks the file at `path`.
    init(_ path: UnsafePointer<CChar>, dequantizing: Bool) throws(GGUFError) {
        file = try unsafe InputFile(path)
        let header = try GGUFHeader(file)
        try OpenFile.refusePart(header)
        var tensors: [Listed] = []
        tensors.reserveCapacity(header.tensors.count)
        for entry in header.tensors { tensors.append(try OpenFile.listed(entry, dequantizing)) }
        self.tensors = tensors
        metadata = OpenFile.shown(header.metadata, isDequantized: tensors.contains(where: \.isDequantized))
    }

    /// Throws where the file is one part of a model that was split: its tensors alone are not the model.
    private static func refusePart(_ header: GGUFHeader) throws(GGUFError) {
        func number(_ key: String) -> Int? {
            header.metadata.first { $0.key == Array(key.utf8) }
                .flatMap { Int(String(decoding: $0.value.text, as: UTF8.self)) }
        }
        guard let count = number("split.count"), count > 1 else { return }
        let part = number("split.no").map { "\($0 &+ 1)" } ?? "?"
        throw GGUFError(
            FOCUS_ERROR_UNSUPPORTED,
            "is part \(part) of \(count) of a model that was split: join all parts with llama-gguf-split --merge "
                + "FIRST-PART WHOLE.gguf (of llama.cpp), and read that")
    }

    private static func listed(_ entry: TensorEntry, _ dequantizing: Bool) throws(GGUFError) -> Listed {
        if let type = entry.type.elementType {
            return Listed(
                entry: entry, elementType: type, shape: entry.shape, byteCount: entry.byteCount, isDequantized: false)
        }
        guard dequantizing else {
            return Listed(
                entry: entry, elementType: FOCUS_U8, shape: entry.shapeInBytes, byteCount: entry.byteCount,
                isDequantized: false)
        }
        guard Dequantization.supports(entry.type) else {
            throw GGUFError(
                FOCUS_ERROR_UNSUPPORTED,
                "tensor \(quoted(entry.name)) has type \(entry.type.name), which is not dequantised here: leave out "
                    + "--option dequantize=f32 to read its blocks as bytes")
        }
        return Listed(
            entry: entry, elementType: FOCUS_F32, shape: entry.shape, byteCount: entry.elementCount * 4,
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
            let blocks = try file.bytes(
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
