package import Parallel
package import Replacement
package import SystemPackage
package import TensorIO

/// Where in a checkpoint folder the tensors of a format go.
package struct TensorDestination {
    package let format: any TensorFormat
    /// The largest size of a shard in bytes; nil for one file.
    let shardSize: Int?
    let compression: TensorCompression
    /// What the file or the shards are called, without what follows.
    private let stem: String

    package init(
        format: any TensorFormat, shardSize: Int?, compression: TensorCompression, stem: String = "model"
    ) {
        self.stem = stem
        self.format = format
        self.shardSize = shardSize
        self.compression = compression
    }

    /// The path to write in `folder` for contents of `byteCount` bytes.
    ///
    /// - Parameter name: what the file is called in the source; kept where it is of this format.
    package func path(in folder: FilePath, byteCount: Int, keeping name: String? = nil) -> FilePath {
        if format.traits.isFolder { return folder }
        if let shardSize, let ending = format.traits.indexEnding, byteCount > shardSize {
            return folder.appending("\(stem)\(ending)")
        }
        if let name, let ending = FilePath(name).extension, format.fileExtensions.contains(ending) {
            return folder.appending(name)
        }
        return folder.appending("\(stem).\(format.fileExtensions.first ?? format.name)")
    }

    /// How to write there, compressing on `workers`; the bytes are forced to disk later, with all others of the folder.
    package func options(synchronizes: Bool, workers: Workers) -> WriteOptions {
        var options = WriteOptions()
        // The staged folder itself, which exists already and is empty.
        options.replacesExisting = format.traits.isFolder
        options.synchronizes = synchronizes
        options.compression = compression
        options.shardSize = shardSize
        options.workers = workers
        return options
    }

    /// Throws where the format cannot hold one of `tensors`, or cannot do what is asked of it.
    ///
    /// - Parameter source: where the tensors come from.
    package func check(_ tensors: [TensorDescriptor], from source: FilePath) throws(FocusError) {
        let traits = format.traits
        guard traits.writes else {
            throw FocusError("\(format.name) is only read; choose another format with --to")
        }
        for tensor in tensors where !traits.elementTypes.contains(tensor.elementType) {
            throw FocusError(
                "tensor '\(tensor)' is of a type that \(format.name) cannot hold; safetensors and raw hold every type",
                path: source)
        }
        if compression != .none {
            let name = String(compression.description.prefix { $0 != ":" })
            guard traits.compressions.contains(name) else {
                throw FocusError(
                    traits.compressions.isEmpty
                        ? "\(format.name) does not compress; leave out --compression"
                        : "\(format.name) does not compress with \(name), but with "
                            + "\(traits.compressions.joined(separator: " and "))"
                )
            }
        }
        guard shardSize == nil || traits.indexEnding != nil else {
            throw FocusError("\(format.name) has no shards; leave out --shard-size")
        }
    }
}
