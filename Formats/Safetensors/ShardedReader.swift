public import SystemPackage
public import TensorIO

/// The tensors of several files that an index ties together. The headers of all of them are checked, and that each
/// tensor is in the one file that the index says.
public struct ShardedReader: TensorReader {
    /// The tensors, shard by shard in the order of the files' names.
    public let tensors: [TensorDescriptor]
    /// What the shards say beside their tensors; where they differ, what the first says.
    public let metadata: [String: String]
    /// The files, in the order of their names.
    public let shards: [TensorShard]
    /// The size in bytes of all tensors, as the index says, or nil where it does not. Indices in circulation are not
    /// always right.
    public let indexedByteCount: Int?

    private let index: ShardIndex
    private let shardOfTensor: [TensorName: Int]

    /// Opens the shards that the index at `path` names.
    ///
    /// - Throws: `FormatError` where the index is not sound, a shard is missing or not sound, or a tensor is not in its
    ///   shard.
    public init(index path: FilePath, format: SafetensorsFormat = SafetensorsFormat()) throws(FormatError) {
        let index = try ShardIndex(of: path)
        let folder = path.removingLastComponent()
        let names = Set(index.files.values.map { Array($0.utf8) }).sorted { $0.lexicographicallyPrecedes($1) }
        indexedByteCount = index.totalSize

        var shards: [TensorShard] = []
        var shardOfTensor: [TensorName: Int] = [:]
        var metadata: [String: String] = [:]
        for (number, name) in names.enumerated() {
            let shard = folder.appending(String(decoding: name, as: UTF8.self))
            let reader: any TensorReader
            do throws(FormatError) {
                reader = try format.openFile(shard)
            } catch {
                throw error.inShard(of: path)
            }
            for tensor in reader.tensors {
                guard let file = index.files[tensor.name] else {
                    throw FormatError(
                        .invalidHeader, "is in this shard, but not in the index '\(path)'", path: shard,
                        tensor: tensor.name)
                }
                guard file.utf8.elementsEqual(name) else {
                    throw FormatError(
                        .invalidHeader, "is in this shard, but the index '\(path)' says it is in '\(file)'",
                        path: shard,
                        tensor: tensor.name)
                }
                shardOfTensor[tensor.name] = number
            }
            metadata.merge(reader.metadata) { first, _ in first }
            shards.append(TensorShard(path: shard, reader: reader))
        }
        if let missing = index.files.keys.filter({ shardOfTensor[$0] == nil }).min() {
            throw FormatError(
                .missingTensor, "is not in '\(index.files[missing] ?? "")', where the index says it is", path: path,
                tensor: missing)
        }
        tensors = shards.flatMap(\.reader.tensors)
        self.shards = shards
        self.index = index
        self.shardOfTensor = shardOfTensor
        self.metadata = metadata
    }

    /// The shards.
    public var parts: [FilePath] {
        shards.map(\.path)
    }

    /// The text of the index for the same tensors in the same files, but with `byteCount` bytes and `elementCount`
    /// elements in all.
    public func rewrittenIndex(byteCount: Int, elementCount: Int) -> [UInt8] {
        index.rewritten(byteCount: byteCount, elementCount: elementCount)
    }

    /// The file that holds the tensor named `name`, or nil where there is no such tensor.
    public func shard(of name: TensorName) -> FilePath? {
        shardOfTensor[name].map { shards[$0].path }
    }

    /// As the reader of its shard does.
    public func readsAnywhere(_ tensor: TensorDescriptor) -> Bool {
        shardOfTensor[tensor.name].map { shards[$0].reader.readsAnywhere(tensor) } ?? true
    }

    /// Lends the bytes `range` of `tensor`, as the reader of its shard does.
    ///
    /// - Throws: `FormatError` where there is no such tensor or its contents cannot be read, and whatever `body`
    ///   throws.
    public func read(
        _ tensor: TensorDescriptor, bytes range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        guard let shard = shardOfTensor[tensor.name] else {
            throw FormatError(.missingTensor, "there is no such tensor in these shards", tensor: tensor.name)
        }
        try shards[shard].reader.read(tensor, bytes: range, body)
    }
}

extension FormatError {
    /// The same error, which says that the file is part of a checkpoint.
    fileprivate func inShard(of index: FilePath) -> FormatError {
        guard code == .system else { return self }
        return FormatError(
            code, "\(message) (the index '\(index)' names it as a shard)", path: path, tensor: tensor,
            byteOffset: byteOffset)
    }
}
