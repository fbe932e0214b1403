internal import JSON
public import SystemPackage
public import TensorIO

extension SafetensorsFormat {
    /// Writes one file, or, where `path` ends with `.safetensors.index.json`, an index there and the shards beside it.
    ///
    /// - Throws: `FormatError` where a tensor cannot be kept in this format, the destination exists, or writing fails;
    ///   nothing is left behind.
    public func write(
        _ tensors: [TensorDescriptor], metadata: [String: String], options: WriteOptions, to path: FilePath,
        contents: TensorContents
    ) throws(FormatError) {
        guard ShardIndex.isName(path.lastComponent?.string ?? "") else {
            return try writeFile(tensors, metadata: metadata, options: options, to: path, contents: contents)
        }
        let size = options.shardSize ?? ShardedWriting.defaultShardSize
        try ShardedWriting(shardSize: max(1, size), format: self)
            .write(tensors, metadata: metadata, options: options, to: path, contents: contents)
    }

    /// Writes `tensors` in the order given where that keeps every one of them aligned to its element, or else those
    /// with the largest elements first. The header is padded so that the contents begin at a multiple of 8.
    func writeFile(
        _ tensors: [TensorDescriptor], metadata: [String: String], options: WriteOptions, to path: FilePath,
        contents: TensorContents
    ) throws(FormatError) {
        do throws(FormatError) {
            try options.refuseCompression("safetensors")
            try checkNames(of: tensors)
            let order = SafetensorsFormat.aligned(tensors)
            let header = try header(order, metadata: metadata)
            try StagedFile.write(path, options: options) { (file: inout StagedFile) throws(FormatError) in
                try file.append(header)
                for tensor in order { try file.append(tensor, from: contents) }
            }
        } catch {
            throw error.at(path)
        }
    }

    private func checkNames(of tensors: [TensorDescriptor]) throws(FormatError) {
        guard tensors.count <= limits.tensorCount else {
            throw FormatError(
                .invalidHeader, "\(tensors.count) tensors are more than the limit of \(limits.tensorCount)")
        }
        try tensors.refuseRepeatedNames()
        for tensor in tensors {
            let name = tensor.name
            guard name != SafetensorsHeader.metadataName, !name.bytes.contains(0), name.isUTF8 else {
                throw FormatError(.unsupported, "has a name that safetensors cannot hold; rename it", tensor: name)
            }
        }
    }

    /// `tensors` in an order that puts each at a multiple of the size of its element.
    static func aligned(_ tensors: [TensorDescriptor]) -> [TensorDescriptor] {
        var end = 0
        for tensor in tensors {
            guard end % tensor.elementType.alignment == 0 else {
                return tensors.enumerated().sorted { a, b in
                    let (first, second) = (a.element.elementType.alignment, b.element.elementType.alignment)
                    return first == second ? a.offset < b.offset : first > second
                }.map(\.element)
            }
            let (sum, overflow) = end.addingReportingOverflow(tensor.byteCount)
            // Such a file cannot be written, whatever the order.
            if overflow { return tensors }
            end = sum
        }
        return tensors
    }

    /// The header with its length, padded with spaces.
    private func header(_ tensors: [TensorDescriptor], metadata: [String: String]) throws(FormatError) -> [UInt8] {
        var members: [JSONBuilder.Member] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }
            members.append(.init("__metadata__", .object(pairs.map { .init($0.key, .text($0.value)) })))
        }
        var end = 0
        for tensor in tensors {
            let begin = end
            let (sum, overflow) = begin.addingReportingOverflow(tensor.byteCount)
            guard !overflow else {
                throw FormatError(.invalidTensor, "ends beyond what a file can hold", tensor: tensor.name)
            }
            end = sum
            members.append(
                .init(
                    key: tensor.name.bytes,
                    .object([
                        .init("dtype", .text(tensor.elementType.rawValue)),
                        .init("shape", .array(tensor.shape.map { .integer($0) })),
                        .init("data_offsets", .array([.integer(begin), .integer(end)])),
                    ])))
        }
        var json = JSONBuilder.object(members).written()
        json.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
        guard json.count <= limits.headerByteCount else {
            throw FormatError(
                .invalidHeader,
                "its header would have \(json.count) bytes, more than the limit of \(limits.headerByteCount)")
        }
        return unsafe withUnsafeBytes(of: UInt64(json.count).littleEndian) { unsafe Array($0) } + json
    }
}
