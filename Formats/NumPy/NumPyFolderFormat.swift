public import SystemPackage
public import TensorIO

/// A folder of `.npy` files, one for each tensor, with a sidecar `numpy.json` for what NumPy cannot say.
///
/// A folder without the sidecar is read too: each tensor is then called like its file without the ending.
public struct NumPyFolderFormat: TensorFormat {
    /// `npy-folder`
    public let name = "npy-folder"
    /// None: it is a folder.
    public let fileExtensions: [String] = []

    /// Makes the format.
    public init() {}

    /// No file is a folder.
    public func recognizes(_ prefix: RawSpan) -> Bool {
        false
    }

    /// Whether there is an `.npy` file or the sidecar in `folder`.
    public func recognizes(folder: FilePath) -> Bool {
        StagedFolder.entries(of: folder).contains { NumPyFolderFormat.isArray($0) || $0 == NumPySidecar.fileName }
    }

    static func isArray(_ name: String) -> Bool {
        name.utf8.count > 4 && name.hasSuffix(".npy") && !name.hasPrefix(".")
    }

    /// Opens all `.npy` files of the folder at `path`.
    public func open(_ path: FilePath) throws(FormatError) -> any TensorReader {
        try NumPyFolderReader(path)
    }

    /// Writes each of `tensors` to a file of its own, in a folder that gets its name when all are written.
    public func write(
        _ tensors: [TensorDescriptor], metadata: [String: String], options: WriteOptions, to path: FilePath,
        contents: TensorContents
    ) throws(FormatError) {
        do throws(FormatError) {
            try options.refuseCompression("a folder of .npy files")
            let sidecar = try NumPySidecar(tensors, metadata: metadata)
            var inside = options
            inside.replacesExisting = false
            let isOwn = { name in NumPyFolderFormat.isArray(name) || name == NumPySidecar.fileName }
            try StagedFolder.write(path, options: options, isOwn: isOwn) { folder throws(FormatError) in
                for (tensor, entry) in zip(tensors, sidecar.entries) {
                    try NPYWriter.write(tensor, to: folder.appending(entry.file), options: inside, contents: contents)
                }
                try StagedFile.write(folder.appending(NumPySidecar.fileName), options: inside) {
                    (file: inout StagedFile) throws(FormatError) in try file.append(sidecar.written())
                }
            }
        } catch {
            throw error.at(path)
        }
    }
}

extension NumPySidecar {
    /// The sidecar of files for `tensors`, each checked to be one that NumPy's format can carry.
    init(_ tensors: [TensorDescriptor], metadata: [String: String]) throws(FormatError) {
        try tensors.refuseRepeatedNames()
        var names = TensorFileNames(ending: ".npy")
        for tensor in tensors {
            _ = try NPYElementType.name(of: tensor)
            guard tensor.name.isUTF8 else {
                throw FormatError(.unsupported, "has a name that is not UTF-8; rename it", tensor: tensor.name)
            }
            let file = names.next(for: tensor.name)
            entries.append(Entry(file: file, name: tensor.name, elementType: tensor.elementType))
        }
        self.metadata = metadata
    }
}
