internal import SystemPackage
internal import TensorIO

/// Writes tensors to several safetensors files, with an index that says which holds what; the path is that of the
/// index.
///
/// `model.safetensors.index.json` goes with `model-00001-of-00002.safetensors` and so on, as Hugging Face's libraries
/// name them.
struct ShardedWriting {
    /// The largest size in bytes of the contents of one shard; a tensor that is larger is alone in its shard.
    let shardSize: Int
    let format: SafetensorsFormat

    /// The size of a shard as `save_pretrained` has it.
    static let defaultShardSize = 5_000_000_000

    /// Writes the shards beside `path`, then the index at `path`. On a throw neither index nor new shards are left;
    /// while it runs, finished shards can be seen, so write to a folder of its own where that matters.
    func write(
        _ tensors: [TensorDescriptor], metadata: [String: String], options: WriteOptions, to path: FilePath,
        contents: TensorContents
    ) throws(FormatError) {
        do throws(FormatError) {
            try tensors.refuseRepeatedNames()
        } catch {
            throw error.at(path)
        }
        let shards = shards(of: tensors)
        let names = fileNames(of: path, count: shards.count)
        let folder = path.removingLastComponent()
        let files = names.map { folder.appending($0) }
        if !options.replacesExisting {
            for file in [path] + files where MappedFile.nameExists(file) { throw .destinationExists(file) }
        }
        var index = ShardIndex()
        // Saturated: contents of such a size cannot be written, and the shard that cannot will say so.
        index.totalSize = tensors.reduce(0) { min($0, .max - $1.byteCount) + $1.byteCount }
        var written: [FilePath] = []
        do throws(FormatError) {
            for ((shard, name), file) in zip(zip(shards, names), files) {
                try format.writeFile(shard, metadata: metadata, options: options, to: file, contents: contents)
                written.append(file)
                for tensor in shard { index.files[tensor.name] = name }
            }
            try StagedFile.write(path, options: options) { (file: inout StagedFile) throws(FormatError) in
                try file.append(index.written())
            }
        } catch {
            for file in written { StagedFile.remove(file) }
            throw error
        }
    }

    /// The tensors in the order given, in runs of at most `shardSize` bytes; at least one, so that metadata have a
    /// place.
    private func shards(of tensors: [TensorDescriptor]) -> [[TensorDescriptor]] {
        var shards: [[TensorDescriptor]] = [[]]
        var size = 0
        for tensor in tensors {
            if size > 0, tensor.byteCount > shardSize - size {
                shards.append([])
                size = 0
            }
            shards[shards.count - 1].append(tensor)
            size += min(tensor.byteCount, shardSize)
        }
        return shards
    }

    private func fileNames(of index: FilePath, count: Int) -> [String] {
        let name = index.lastComponent?.string ?? ""
        let stem =
            name.hasSuffix(ShardIndex.ending) ? String(name.dropLast(ShardIndex.ending.count)) : index.stem ?? "model"
        func padded(_ number: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        }
        return (1...count).map { "\(stem)-\(padded($0))-of-\(padded(count)).safetensors" }
    }
}
