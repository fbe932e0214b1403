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

    /// What is odd about the index, a sentence each.
    public let notes: [String]

    /// Opens the shards that the index at `path` names, as transformers does: every tensor that a shard holds counts,
    /// and of one that two shards hold the last.
    ///
    /// - Parameter doesWithout: whether the model does without a tensor that the index names and no shard holds.
    /// - Throws: `FormatError` where shards are not there, where a tensor is in none, or where the index says of one
    ///   that it is in another shard than the last that holds it.
    public init(
        index path: FilePath, format: SafetensorsFormat = SafetensorsFormat(),
        doesWithout: (TensorName) -> Bool = { _ in false }
    ) throws(FormatError) {
        var index = try ShardIndex(of: path)
        let folder = path.removingLastComponent()
        let names = Set(index.files.values.map { Array($0.utf8) }).sorted { $0.lexicographicallyPrecedes($1) }
            .map { String(decoding: $0, as: UTF8.self) }
        let paths = names.map { folder.appending($0) }
        try ShardedReader.refuseMissing(paths, index: path)
        indexedByteCount = index.totalSize

        var readers: [any TensorReader] = []
        var metadata: [String: String] = [:]
        for shard in paths {
            do throws(FormatError) {
                readers.append(try format.openFile(shard))
            } catch {
                throw error.inShard(of: path)
            }
            metadata.merge(readers[readers.count - 1].metadata) { first, _ in first }
        }
        let places = try ShardPlaces(index, names: names, shards: paths, readers: readers, path, doesWithout)
        index.follow(places.files)
        for (number, hidden) in places.hidden { readers[number] = PartialReader(readers[number], hiding: hidden) }
        tensors = readers.flatMap(\.tensors)
        notes = places.notes
        shards = zip(paths, readers).map { TensorShard(path: $0, reader: $1) }
        self.index = index
        shardOfTensor = places.shardOfTensor
        self.metadata = metadata
    }

    /// Throws where some of `shards`, which the index at `path` names, are not there.
    private static func refuseMissing(_ shards: [FilePath], index path: FilePath) throws(FormatError) {
        let missing = shards.filter { !MappedFile.nameExists($0) }
        guard let first = missing.first else { return }
        let others = missing.dropFirst().prefix(3).map { "'\($0.lastComponent?.string ?? "")'" }
        let more = missing.count - 1 - others.count
        let rest =
            others.isEmpty ? "" : ", nor \(others.joined(separator: ", "))" + (more > 0 ? " and \(more) more" : "")
        throw FormatError(
            .system,
            "cannot open: there is no such file or folder\(rest) (the index '\(path)' names it as a shard): copy "
                + "what is missing again",
            path: first)
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
