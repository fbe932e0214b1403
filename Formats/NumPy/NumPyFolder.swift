internal import SystemPackage
internal import TensorIO

/// A folder of `.npy` files, one for each tensor, with a sidecar `numpy.json` for what NumPy cannot say.
///
/// A folder without the sidecar is read too: each tensor is then called like its file without the ending.
enum NumPyFolder {
    static func isArray(_ name: String) -> Bool {
        name.utf8.count > 4 && name.hasSuffix(".npy") && !name.hasPrefix(".")
    }

    /// Whether `name` is one of the files that such a folder is made of.
    static func isOwn(_ name: String) -> Bool {
        isArray(name) || name == NumPySidecar.fileName
    }

    /// Writes each of `tensors` to a file of its own, in a folder that gets its name when all are written.
    static func write(
        _ tensors: [TensorDescriptor], metadata: [String: String], options: WriteOptions, to path: FilePath,
        contents: TensorContents
    ) throws(FormatError) {
        let sidecar = try NumPySidecar(tensors, metadata: metadata)
        var inside = options
        inside.replacesExisting = false
        try StagedFolder.write(path, options: options, isOwn: isOwn) { folder throws(FormatError) in
            for (tensor, entry) in zip(tensors, sidecar.entries) {
                try NPYWriter.write(tensor, to: folder.appending(entry.file), options: inside, contents: contents)
            }
            try StagedFile.write(folder.appending(NumPySidecar.fileName), options: inside) {
                (file: inout StagedFile) throws(FormatError) in try file.append(sidecar.written())
            }
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
