internal import SystemPackage
internal import TensorIO

/// Which shard each tensor of a checkpoint is read from, and where the index says something else.
struct ShardPlaces {
    /// For each tensor the number of its shard.
    private(set) var shardOfTensor: [TensorName: Int] = [:]
    /// For each tensor the name of its shard.
    private(set) var files: [TensorName: String] = [:]
    /// Tensors that shards hold and another one holds, too, by the number of the shard that does not count.
    private(set) var hidden: [Int: Set<TensorName>] = [:]
    /// What is odd, a sentence each.
    private(set) var notes: [String] = []

    /// Compares what `readers` hold with what the index at `path` says.
    init(
        _ index: ShardIndex, names: [String], shards: [FilePath], readers: [any TensorReader], _ path: FilePath,
        _ doesWithout: (TensorName) -> Bool
    ) throws(FormatError) {
        var unknown: [(name: TensorName, file: String)] = []
        for (number, reader) in readers.enumerated() {
            for tensor in reader.tensors {
                if let earlier = shardOfTensor[tensor.name] {
                    hidden[earlier, default: []].insert(tensor.name)
                    notes.append(
                        "tensor '\(tensor.name)' is in '\(names[earlier])' and in '\(names[number])': the latter "
                            + "counts, and the "
                            + "former is left out")
                }
                if index.files[tensor.name] == nil { unknown.append((tensor.name, names[number])) }
                shardOfTensor[tensor.name] = number
                files[tensor.name] = names[number]
            }
        }
        for (number, reader) in readers.enumerated() {
            for tensor in reader.tensors where shardOfTensor[tensor.name] == number {
                guard let file = index.files[tensor.name], file != names[number] else { continue }
                throw FormatError(
                    .invalidHeader,
                    "is in this shard, but the index '\(path)' says it is in '\(file)': remove it from the shard "
                        + "that is out of date, "
                        + "or save the model again", path: shards[number], tensor: tensor.name)
            }
        }
        for name in index.files.keys.filter({ shardOfTensor[$0] == nil }).sorted() {
            let file = index.files[name] ?? ""
            guard doesWithout(name) else {
                throw FormatError(
                    .missingTensor,
                    "is not in '\(file)', where the index says it is: copy that file again, or, if the model does "
                        + "without the tensor, "
                        + "take it out of the index", path: path, tensor: name)
            }
            notes.append(
                "the index names '\(name)' in '\(file)', which does not hold it: it is tied to the embedding, and no "
                    + "longer named"
            )
        }
        if let first = unknown.first {
            let more = unknown.count > 1 ? " and \(unknown.count - 1) more" : ""
            notes.append(
                "'\(first.file)' holds '\(first.name)'\(more), which the index does not name: read all the same, as "
                    + "transformers does"
            )
        }
    }
}
