public import Parallel
public import SystemPackage
public import TensorIO

/// A folder of plain binary files and a manifest, `tensors.json`, that says what is in them.
///
/// Each file holds the elements of one tensor, row-major and little endian, as `numpy.fromfile` reads them; with
/// compression it is a `.zst` file that `zstd -d` unpacks. The manifest may also place several tensors in one file, or
/// name big-endian ones.
public struct RawFormat: TensorFormat {
    /// `raw`
    public let name = "raw"
    /// None: it is a folder.
    public let fileExtensions: [String] = []

    /// A folder of plain files.
    public var traits: FormatTraits {
        FormatTraits(
            summary: "a folder of plain binary files and tensors.json", compressions: ["zstd"], layout: .folder())
    }

    /// The threads that unpack compressed contents.
    public var workers: Workers

    /// Makes the format; compressed contents are unpacked on `workers`, all cores by default.
    public init(workers: Workers = .allCores) {
        self.workers = workers
    }

    /// Whether `prefix` is the beginning of a manifest.
    public func recognizes(_ prefix: RawSpan) -> Bool {
        let bytes = prefix.copied
        let mark = Array("\"\(RawManifest.mark)\"".utf8)
        return bytes.first == UInt8(ascii: "{") && bytes.indices.prefix(64).contains { bytes[$0...].starts(with: mark) }
    }

    /// Whether there is a manifest in `folder`.
    public func recognizes(folder: FilePath) -> Bool {
        MappedFile.nameExists(folder.appending(RawManifest.fileName))
    }

    /// Whether `name` is that of the manifest, or of a file of contents.
    public func owns(file name: String) -> Bool {
        name == RawManifest.fileName || name.hasSuffix(RawFormat.ending) || name.hasSuffix(RawFormat.ending + ".zst")
    }

    /// Opens the folder at `path`, or the manifest at `path` with the files beside it.
    ///
    /// - Throws: `FormatError` where the file cannot be read or is not sound, with the byte where that is known.
    public func open(_ path: FilePath) throws(FormatError) -> any TensorReader {
        let manifest = MappedFile.isFolder(path) ? path.appending(RawManifest.fileName) : path
        return try RawReader(manifest: manifest, workers: workers)
    }

    /// Writes a folder at `path` that gets its name when it is whole.
    ///
    /// - Throws: `FormatError` where a tensor cannot be kept in this format, the destination exists, or writing fails;
    ///   nothing is left behind.
    public func write(
        _ tensors: [TensorDescriptor], metadata: [String: String], options: WriteOptions, to path: FilePath,
        contents: TensorContents
    ) throws(FormatError) {
        do throws(FormatError) {
            try tensors.refuseRepeatedNames()
            for tensor in tensors where !tensor.name.isUTF8 {
                throw FormatError(.unsupported, "has a name that is not UTF-8; rename it", tensor: tensor.name)
            }
            let level: Int?
            switch options.compression {
            case .none: level = nil
            case .zstd(let chosen): level = chosen
            case .gzip: throw FormatError(.unsupported, "raw files are compressed with zstd, not with gzip")
            }
            var inside = options
            inside.replacesExisting = false
            try StagedFolder.write(path, options: options, isOwn: owns) { folder throws(FormatError) in
                var manifest = RawManifest()
                manifest.metadata = metadata
                var names = TensorFileNames(ending: level == nil ? RawFormat.ending : RawFormat.ending + ".zst")
                let packing = level.map { RawPacking(level: $0, in: folder, options: inside) }
                for tensor in tensors {
                    let file = names.next(for: tensor.name)
                    if let packing, tensor.byteCount <= RawPacking.largestByteCount {
                        try packing.add(tensor, file: file, from: contents, to: &manifest)
                    } else {
                        try packing?.finish(&manifest)
                        let writer = RawWriter(tensor: tensor, file: file, level: level)
                        manifest.entries.append(try writer.write(in: folder, options: inside, contents: contents))
                    }
                }
                try packing?.finish(&manifest)
                try StagedFile.write(folder.appending(RawManifest.fileName), options: inside) {
                    (file: inout StagedFile) throws(FormatError) in try file.append(manifest.written())
                }
            }
        } catch {
            throw error.at(path)
        }
    }

    private static let ending = ".bin"
}
