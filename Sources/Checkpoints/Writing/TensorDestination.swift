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
        let isSplit = shardSize != nil && format.name == SplitFormat.format
        self.stem = stem
        self.format = isSplit ? SplitFormat(base: format, partSize: max(1, shardSize ?? .max)) : format
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
            // What is written instead of parts is no part.
            return folder.appending(SplitFormat.stemOfPart(name).map { "\($0).\(ending)" } ?? name)
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
        guard shardSize == nil || traits.indexEnding != nil || format is SplitFormat else {
            throw FocusError("\(format.name) has no shards; leave out --shard-size")
        }
    }

    /// The files that `tensors` are written to instead of one at `path`; none where they are one file, or have an
    /// index.
    ///
    /// - Throws: `FormatError` where they would be too many.
    package func parts(of tensors: [TensorDescriptor], at path: FilePath) throws(FormatError) -> [String] {
        guard let split = format as? SplitFormat else { return [] }
        return try split.names(for: tensors, at: path)
    }

    /// The names of all files beside `path` that a model to be written there takes the place of, if it may be in
    /// parts: itself, and the parts of a model of that name. None for other formats.
    ///
    /// - Throws: where their folder cannot be read.
    package func replaced(at path: FilePath) throws -> Set<String> {
        guard format is SplitFormat else { return [] }
        return Set((try SplitFormat.parts(beside: path) + [path]).compactMap { $0.lastComponent?.string })
    }

    /// Throws where parts cannot be written in the place of `path`: it is called like one of them, is there already,
    /// or is what `source` is read from.
    package func checkParts(at path: FilePath, overwrites: Bool, source: Checkpoint) throws {
        guard format is SplitFormat else { return }
        if let name = path.lastComponent?.string, let stem = SplitFormat.stemOfPart(name) {
            throw FocusError(
                "is called like one part of a model, and --shard-size numbers the parts itself: name the whole, "
                    + "'\(stem).gguf'", path: path)
        }
        for file in try SplitFormat.parts(beside: path) {
            try source.refuseOwnFile(file)
            guard overwrites else { throw FormatError.destinationExists(file) }
            guard FolderContents.isFile(file) else {
                throw FocusError("is no file, and is not replaced by one", path: file)
            }
        }
    }
}
