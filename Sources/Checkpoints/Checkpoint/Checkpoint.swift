public import JSON
public import Replacement
internal import SafetensorsFormat
public import SystemPackage
public import TensorIO

/// A model as it lies on disk: a folder as `save_pretrained` writes it, or one tensor file; in any known format.
///
/// Opening reads headers only; the contents stay in their files.
public struct Checkpoint: Sendable {
    /// One tensor file of the checkpoint.
    public struct File: Sendable {
        /// The name below the folder; empty where the tensors are files of the folder itself.
        public let name: String
        /// Its tensors.
        public let reader: any TensorReader
        /// The format it is in.
        public let format: any TensorFormat
        /// Whether it holds tensors that do not count, of which another file has what does.
        package var isPartial: Bool { reader is PartialReader }
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
    package let index: (name: String, reader: any TensorReader)?
    /// What is odd, but no error.
    public let notes: [String]
    /// What was opened, for those who read more of it later.
    private var stamp: ReadingStamp?

    init(
        folder: FilePath, singleFile: FilePath?, files: [File], config: JSONDocument?,
        index: (name: String, reader: any TensorReader)?, notes: [String]
    ) {
        self.folder = folder
        self.singleFile = singleFile
        self.files = files
        self.config = config
        self.index = index
        self.notes = notes
    }

    /// Opens the checkpoint at `path` and checks its headers, index and config.json.
    ///
    /// What is being replaced meanwhile is opened anew, so that nothing is half of the old and half of the new.
    ///
    /// - Parameters:
    ///   - path: a folder as `save_pretrained` writes it, or one tensor file.
    ///   - variant: which copy of the weights of a folder is meant (`fp16` for `model.fp16.safetensors`); nil for the
    ///     plain one.
    ///   - formats: the formats to read with.
    /// - Throws: `FocusError` where there is nothing at `path`, no weights or several copies of them, no such variant,
    ///   or a config.json that is not JSON; `FormatError` where a file is of no format, damaged, or lacks a shard.
    public static func open(
        _ path: FilePath, variant: String? = nil, formats: FormatRegistry
    ) throws -> Checkpoint {
        for _ in 0..<5 {
            var stamp = try ReadingStamp(path)
            let opened = Result { try openOnce(path, variant, formats) }
            let files = (try? opened.get())?.files.flatMap(\.reader.parts) ?? []
            guard stamp.covers(files) else { continue }
            var checkpoint = try opened.get()
            checkpoint.stamp = stamp
            return checkpoint
        }
        return try openOnce(path, variant, formats)
    }

    /// Throws where the checkpoint was replaced since it was opened.
    ///
    /// - Throws: `FocusError` that names the file that is another one now.
    public func refuseChanged() throws(FocusError) {
        try stamp?.refuseChanged()
    }

    /// Throws where the settings of generation, which config and tokenizer are read with, cannot be read.
    ///
    /// - Throws: `FocusError` where generation_config.json is there and is not JSON.
    package func checkSettings() throws {
        let generation = folder.appending("generation_config.json")
        if singleFile == nil, FolderContents.isFile(generation) { _ = try JSONFile.read(generation) }
    }

    private static func openOnce(_ path: FilePath, _ variant: String?, _ formats: FormatRegistry) throws -> Checkpoint {
        guard FolderContents.targetExists(path) else {
            throw FocusError("there is no such checkpoint", path: path, code: .missing)
        }
        guard MappedFile.isFolder(path) else {
            guard variant == nil else {
                throw FocusError("is one file and has no variants: leave out --variant", path: path)
            }
            return try open(file: path, formats)
        }
        let names = try FolderContents.entries(of: path)
        let config = names.contains("config.json") ? try JSONFile.read(path.appending("config.json")) : nil
        switch try TensorFileSearch(names, in: path, variant: variant, formats).choice {
        case .index(let index):
            let isTied = config?.root.tiesWordEmbeddings ?? false
            let format = formats.format(ofIndex: index) ?? SafetensorsFormat()
            let reader: any TensorReader =
                format is SafetensorsFormat
                ? try ShardedReader(index: path.appending(index)) { isTied && isHead($0) }
                : try format.open(path.appending(index))
            return Checkpoint(
                folder: path, singleFile: nil, files: shards(of: reader, format), config: config,
                index: (index, reader), notes: reader.notes)
        case .file(let name):
            let (file, notes) = try open(name, in: path, formats)
            return Checkpoint(
                folder: path, singleFile: nil, files: [file], config: config, index: nil, notes: notes)
        case .folder:
            let (file, notes) = try open("", in: path, formats)
            return Checkpoint(
                folder: path, singleFile: nil, files: [file], config: config, index: nil, notes: notes)
        }
    }

    private static func open(file path: FilePath, _ formats: FormatRegistry) throws -> Checkpoint {
        let folder = path.removingLastComponent()
        let (file, notes) = try open(path.lastComponent?.string ?? "", in: folder, formats)
        let reader = file.reader
        guard !reader.shards.isEmpty else {
            return Checkpoint(
                folder: folder, singleFile: path, files: [file], config: nil, index: nil,
                notes: notes + partNotes(file.name))
        }
        return Checkpoint(
            folder: folder, singleFile: path, files: shards(of: reader, file.format), config: nil,
            index: (file.name, reader), notes: reader.notes)
    }

    /// Whether `name` is that of an output layer, which is not stored where it is tied to the embedding.
    private static func isHead(_ name: TensorName) -> Bool {
        let name = name.description
        return ["lm_head.weight", "embed_out.weight", "decoder.weight"].contains {
            name == $0 || name.hasSuffix(".\($0)")
        }
    }

    private static func shards(of reader: any TensorReader, _ format: any TensorFormat) -> [File] {
        reader.shards.map { File(name: $0.path.lastComponent?.string ?? "", reader: $0.reader, format: format) }
    }

    private static func open(
        _ name: String, in folder: FilePath, _ formats: FormatRegistry
    ) throws -> (file: File, notes: [String]) {
        let path = name.isEmpty ? folder : folder.appending(name)
        let format = try Checkpoint.format(of: path, formats)
        let file = File(name: name, reader: try format.open(path), format: format)
        return (file, (formats.extensionNote(path, of: format).map { [$0] } ?? []) + file.reader.notes)
    }

    /// Where `file` is: the folder itself where the tensors are files of it.
    package func path(of file: File) -> FilePath {
        file.name.isEmpty ? folder : folder.appending(file.name)
    }

    private static func format(of path: FilePath, _ formats: FormatRegistry) throws(FormatError) -> any TensorFormat {
        do throws(FormatError) {
            return try formats.format(of: path)
        } catch {
            guard error.code == .unrecognized, let hint = PluginHint.sentence(for: path) else { throw error }
            throw FormatError(.unrecognized, hint, path: path)
        }
    }

    /// Every tensor with the file that holds it, file by file, in file order.
    public var tensors: [(file: File, tensor: TensorDescriptor)] {
        files.flatMap { file in file.reader.tensors.map { (file, $0) } }
    }

    /// What the first file says beside its tensors.
    public var metadata: [String: String] {
        files.first?.reader.metadata ?? [:]
    }

    /// Whether `file`, relative to the folder, lies beside a part of the tensors in a folder of their own, as states of
    /// a training do.
    package func isBesideParts(_ file: FilePath) -> Bool {
        guard file.components.count > 1 else { return false }
        let place = folder.pushing(file).removingLastComponent()
        return files.contains { $0.reader.parts.contains { $0.removingLastComponent() == place } }
    }

    /// The paths of all files that the tensors are read from where these are in several, also in folders of their own.
    package var partPaths: Set<FilePath> { Set(files.flatMap(\.reader.parts)) }

    /// Throws where a result at `path` would take the place of a file that its tensors are read from.
    package func refuseOwnFile(_ path: FilePath) throws(FocusError) {
        guard let name = tensorFileNames.first(where: { FolderContents.isSame(path, folder.appending($0)) }) else {
            return
        }
        throw FocusError("is '\(name)', a file of the source; choose another name", path: path)
    }

    /// The names of all files below the folder that hold tensors or say where they are.
    package var tensorFileNames: Set<String> {
        var names = Set(files.map(\.name) + [index?.name].compactMap { $0 })
        for file in files {
            for part in file.reader.parts { if let name = part.lastComponent?.string { names.insert(name) } }
            if let suffix = file.format.traits.sidecarSuffix, !file.name.isEmpty { names.insert(file.name + suffix) }
        }
        return names
    }
}

extension JSONValue {
    /// Whether this config.json, or the config of text in it, ties the output layer to the embedding.
    fileprivate var tiesWordEmbeddings: Bool {
        [self, self["text_config"]].contains { $0?["tie_word_embeddings"]?.boolean == true }
    }
}
