internal import PluginSupport

/// What a folder holds that is read as one model.
enum ModelKind {
    /// `pytorch_model.bin`, or shards with an index.
    case saved
    /// `.metadata` and `.distcp` files.
    case distributed
    /// Safetensors files with the chunks of each process.
    case safetensorsShards
    /// The states of DeepSpeed's ZeRO.
    case zero

    /// What the folder at `path` holds; nil where that is no model.
    init?(_ path: FilePlace) {
        if TorchModel.isModel(path) {
            self = .saved
        } else if DistributedCheckpoint.isCheckpoint(path) {
            self = .distributed
        } else if ZeroCheckpoint.isCheckpoint(path) {
            self = .zero
        } else if SafetensorsShards.isCheckpoint(path) {
            self = .safetensorsShards
        } else {
            return nil
        }
    }

    /// Opens the file or the folder at `path`; with a `root`, for what is at these keys only.
    static func open(_ path: FilePlace, root: [UInt8]?) throws(Refusal) -> TorchModel {
        guard path.isFolder, let kind = ModelKind(path) else {
            if path.isFile {
                let file = try InputFile(path)
                let prefix = file.copy(0..<min(4096, file.byteCount))
                if NeMoFile.begins(prefix) || path.name.suffix(5).elementsEqual([UInt8](ascii: ".nemo")) {
                    return try NeMoFile.open(file, root: root)
                }
            }
            return try TorchModel(path, root: root)
        }
        return switch kind {
        case .saved: try TorchModel(path, root: root)
        case .distributed: try DistributedCheckpoint(path, root: root).model
        case .safetensorsShards: try SafetensorsShards(path).model
        case .zero: try ZeroCheckpoint(path).model
        }
    }
}
