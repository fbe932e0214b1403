public import JSON
internal import SafetensorsFormat
public import SystemPackage
public import TensorIO

/// A model as it lies on disk: a folder as `save_pretrained` writes it, or one tensor file.
///
/// Opening reads headers only; the contents stay in their files.
public struct Checkpoint: Sendable {
    /// One tensor file of the checkpoint.
    public struct File: Sendable {
        /// The name below the folder.
        public let name: String
        /// Its tensors.
        public let reader: any TensorReader
        /// The format it is in.
        public let format: any TensorFormat
    }

    /// The folder, or the folder that holds the one file.
    public let folder: FilePath
    /// The one file, where the checkpoint is not a folder.
    public let singleFile: FilePath?
    /// The tensor files: the shards in the order of the index, or one.
    public let files: [File]
    /// config.json, where there is one.
    public let config: JSONDocument?
    /// The index of the shards and its name below the folder, where there is one.
    let index: (name: String, reader: ShardedReader)?

    /// Opens the checkpoint at `path` and checks its headers, index and config.json.
    ///
    /// - Throws: `FormatError` or `FocusError`, one sentence.
    public static func open(_ path: FilePath, formats: FormatRegistry) throws -> Checkpoint {
        guard FolderContents.exists(path) else { throw FocusError("there is no such checkpoint", path: path) }
        guard FolderContents.isFolder(path) else {
            let file = try open(path.lastComponent?.string ?? "", in: path.removingLastComponent(), formats)
            return Checkpoint(
                folder: path.removingLastComponent(), singleFile: path, files: [file], config: nil, index: nil)
        }
        let names = try FolderContents.entries(of: path)
        let index = try names.first { $0.hasSuffix(".safetensors.index.json") }
            .map { (name: $0, reader: try ShardedReader(index: path.appending($0))) }
        let files =
            if let index {
                zip(index.reader.shards, index.reader.readers).map { shard, reader in
                    File(name: shard.lastComponent?.string ?? "", reader: reader, format: SafetensorsFormat())
                }
            } else {
                [try open(tensorFile(among: names, in: path), in: path, formats)]
            }
        let config = names.contains("config.json") ? try JSONFile.read(path.appending("config.json")) : nil
        return Checkpoint(folder: path, singleFile: nil, files: files, config: config, index: index)
    }

    private static func open(_ name: String, in folder: FilePath, _ formats: FormatRegistry) throws -> File {
        let path = folder.appending(name)
        let format = try formats.format(of: path)
        return File(name: name, reader: try format.open(path), format: format)
    }

    /// The one tensor file of a folder without an index.
    private static func tensorFile(among names: [String], in folder: FilePath) throws(FocusError) -> String {
        if names.contains("model.safetensors") { return "model.safetensors" }
        let candidates = names.filter { $0.hasSuffix(".safetensors") && !$0.hasPrefix("adapter") }
        if let only = candidates.first, candidates.count == 1 { return only }
        if !candidates.isEmpty {
            throw FocusError(
                "holds \(candidates.count) safetensors files and no model.safetensors.index.json that says how they belong together",
                path: folder)
        }
        if let legacy = names.first(where: CompanionFiles.isWeightsOfAnotherFramework) {
            throw FocusError(
                "has no safetensors file, only '\(legacy)': save it with save_pretrained(safe_serialization=True)",
                path: folder)
        }
        if names.contains(where: { $0.hasPrefix("adapter_") }) {
            throw FocusError("holds an adapter (LoRA), not a model: merge it into its base model first", path: folder)
        }
        throw FocusError("holds no tensor file (model.safetensors is looked for)", path: folder)
    }

    /// Every tensor with the file that holds it, file by file, in file order.
    public var tensors: [(file: File, tensor: TensorDescriptor)] {
        files.flatMap { file in file.reader.tensors.map { (file, $0) } }
    }
}
