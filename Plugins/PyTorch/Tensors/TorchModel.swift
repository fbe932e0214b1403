internal import PluginSupport

/// A model in one file or in several that an index (`pytorch_model.bin.index.json`) ties together.
struct TorchModel {
    /// The files that have tensors, by part; an index has none.
    private(set) var files: [InputFile?] = []
    /// What the files are called; none for a single file that was opened itself.
    private(set) var parts: [[UInt8]] = []
    private(set) var tensors: [StoredTensor] = []
    private(set) var notes = Notes()

    static let fileName = [UInt8](ascii: "pytorch_model.bin")
    static let indexName = fileName + [UInt8](ascii: ".index.json")
    private static let indexEnding = [UInt8](ascii: ".index.json")

    /// The model of `tensors`, whose places are in `files`; `parts` are the names of these below the folder.
    init(files: [InputFile?], parts: [[UInt8]], tensors: [StoredTensor], notes: Notes) {
        (self.files, self.parts, self.tensors, self.notes) = (files, parts, tensors, notes)
        addFormat()
    }

    /// Opens the file, the index or the folder at `path`; with a `root`, for what is at these keys only.
    init(_ path: FilePlace, root: [UInt8]?) throws(Refusal) {
        if path.isFolder {
            let index = path.appending(TorchModel.indexName)
            if index.isFile {
                try addShards(TorchModel.indexName, in: path, root)
            } else {
                try addFile(TorchModel.fileName, in: path, root)
            }
        } else if path.name.suffix(TorchModel.indexEnding.count).elementsEqual(TorchModel.indexEnding) {
            try addShards(path.name, in: path.folder, root)
        } else {
            try add(TorchFile(InputFile(path), root: root))
        }
        addFormat()
    }

    /// Whether the folder at `path` has a model in files of torch.save, and not the same in safetensors beside.
    static func isModel(_ path: FilePlace) -> Bool {
        guard path.appending(indexName).isFile || path.appending(fileName).isFile else { return false }
        return !path.hasSafetensors
    }

    /// Says what the readers of safetensors look for.
    private mutating func addFormat() {
        if !tensors.isEmpty { notes.add([UInt8](ascii: "format"), [UInt8](ascii: "pt")) }
    }

    private mutating func add(_ file: TorchFile) {
        for var tensor in file.tensors {
            tensor.part = files.count
            tensors.append(tensor)
        }
        files.append(file.file)
        notes.merge(file.notes)
    }

    private mutating func addFile(_ name: [UInt8], in folder: FilePlace, _ root: [UInt8]?) throws(Refusal) {
        do throws(Refusal) {
            try add(TorchFile(InputFile(folder.appending(name)), root: root))
        } catch {
            throw error.about("file", name)
        }
        parts.append(name)
    }

    private mutating func addShards(_ name: [UInt8], in folder: FilePlace, _ root: [UInt8]?) throws(Refusal) {
        let index = try ShardIndex(name, in: folder)
        files.append(nil)
        parts.append(name)
        for shard in index.fileNames {
            let first = tensors.count
            try addFile(shard, in: folder, root)
            for tensor in tensors[first...] { try index.check(tensor.name, isIn: shard) }
        }
        try index.checkNames(tensors.map(\.name))
    }
}
