public import SystemPackage
public import TensorIO

/// NumPy's format for arrays: `.npy`, versions 1 to 3; one file for one tensor, or a folder with a file for each.
///
/// The description is NEP 1 and the documentation of `numpy.lib.format`. Both byte orders and both memory orders are
/// read; C order and little endian are written. Arrays of Python objects are refused: nothing in a file is ever
/// evaluated.
public struct NumPyFormat: TensorFormat {
    /// `npy`
    public let name = "npy"
    /// `npy`
    public let fileExtensions = ["npy"]

    /// An `.npy` file, or a folder of them.
    public var traits: FormatTraits {
        FormatTraits(
            summary: "a folder of .npy arrays, one for each tensor, or one array", elementTypes: NPYElementType.all,
            layout: .folder(sidecar: ".json"))
    }

    /// Makes the format.
    public init() {}

    /// Whether `prefix` begins with `\x93NUMPY`.
    public func recognizes(_ prefix: RawSpan) -> Bool {
        prefix.byteCount >= NPYHeader.magic.count
            && NPYHeader.magic.indices.allSatisfy { prefix.byte(at: $0) == NPYHeader.magic[$0] }
    }

    /// Whether there is an `.npy` file or the sidecar of such a folder in `folder`.
    public func recognizes(folder: FilePath) -> Bool {
        StagedFolder.entries(of: folder).contains(where: NumPyFolder.isOwn)
    }

    /// Whether `name` ends with `.npy`, or is that of the sidecar.
    public func owns(file name: String) -> Bool {
        NumPyFolder.isOwn(name)
    }

    /// Opens the file at `path`: one tensor, named like the file without its ending; or all `.npy` files of the folder
    /// at `path`.
    ///
    /// - Throws: `FormatError` where the file cannot be read or is not sound, with the byte where that is known.
    public func open(_ path: FilePath) throws(FormatError) -> any TensorReader {
        if MappedFile.isFolder(path) { return try NumPyFolderReader(path) }
        return try NPYReader(path)
    }

    /// Writes a folder at `path`; where `path` ends with `.npy`, the one tensor of `tensors`, without its name and
    /// without metadata.
    ///
    /// - Throws: `FormatError` where a tensor cannot be kept in this format, the destination exists, or writing fails;
    ///   nothing is left behind.
    public func write(
        _ tensors: [TensorDescriptor], metadata: [String: String], options: WriteOptions, to path: FilePath,
        contents: TensorContents
    ) throws(FormatError) {
        do throws(FormatError) {
            try options.refuseCompression("an .npy file")
            guard path.extension == "npy" else {
                return try NumPyFolder.write(
                    tensors, metadata: metadata, options: options, to: path, contents: contents)
            }
            guard let tensor = tensors.first, tensors.count == 1 else {
                throw FormatError(
                    .unsupported,
                    "an .npy file holds one tensor, not \(tensors.count); leave out the ending to write a folder of "
                        + "them"
                )
            }
            guard metadata.isEmpty else {
                throw FormatError(.unsupported, "an .npy file has no place for metadata")
            }
            try NPYWriter.write(tensor, to: path, options: options, contents: contents)
            try writeSidecar(of: tensor, path, options)
        } catch {
            throw error.at(path)
        }
    }

    /// Writes the sidecar that `tensor` needs, or removes the one of a file that was replaced.
    private func writeSidecar(
        of tensor: TensorDescriptor, _ path: FilePath, _ options: WriteOptions
    ) throws(FormatError) {
        let place = NumPySidecar.path(beside: path)
        guard NPYElementType.isOpaque(tensor.elementType) else { return StagedFile.remove(place) }
        var sidecar = NumPySidecar()
        sidecar.entries = [
            .init(file: path.lastComponent?.string ?? "", name: tensor.name, elementType: tensor.elementType)
        ]
        var options = options
        options.replacesExisting = true
        do throws(FormatError) {
            try StagedFile.write(place, options: options) { (file: inout StagedFile) throws(FormatError) in
                try file.append(sidecar.written())
            }
        } catch {
            StagedFile.remove(path)
            throw error
        }
    }
}
