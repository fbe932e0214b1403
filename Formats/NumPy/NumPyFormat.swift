public import SystemPackage
public import TensorIO

/// NumPy's format for one array: `.npy`, versions 1 to 3.
///
/// The description is NEP 1 and the documentation of `numpy.lib.format`. Both byte orders and both memory orders are read; C order
/// and little endian are written. Arrays of Python objects are refused: nothing in a file is ever evaluated.
public struct NumPyFormat: TensorFormat {
    /// `npy`
    public let name = "npy"
    /// `npy`
    public let fileExtensions = ["npy"]

    /// Makes the format.
    public init() {}

    /// Whether `prefix` begins with `\x93NUMPY`.
    public func recognizes(_ prefix: RawSpan) -> Bool {
        prefix.byteCount >= NPYHeader.magic.count
            && NPYHeader.magic.indices.allSatisfy { prefix.byte(at: $0) == NPYHeader.magic[$0] }
    }

    /// Opens the file at `path`: one tensor, named like the file without its ending.
    public func open(_ path: FilePath) throws(FormatError) -> any TensorReader {
        try NPYReader(path)
    }

    /// Writes the one tensor of `tensors`; its name is not kept, and there is no place for metadata.
    public func write(
        _ tensors: [TensorDescriptor], metadata: [String: String], options: WriteOptions, to path: FilePath,
        contents: TensorContents
    ) throws(FormatError) {
        guard let tensor = tensors.first, tensors.count == 1 else {
            throw FormatError(
                .unsupported, "an .npy file holds one tensor, not \(tensors.count); write a folder of them", path: path)
        }
        guard metadata.isEmpty else {
            throw FormatError(.unsupported, "an .npy file has no place for metadata", path: path)
        }
        do throws(FormatError) {
            try options.refuseCompression("an .npy file")
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
