internal import SystemPackage
internal import TensorIO

/// Writes one array.
enum NPYWriter {
    /// Writes `tensor` to a new `.npy` file at `path`.
    static func write(
        _ tensor: TensorDescriptor, to path: FilePath, options: WriteOptions, contents: TensorContents
    ) throws(FormatError) {
        let header = try NPYHeader.bytes(for: tensor)
        try StagedFile.write(path, options: options) { (file: inout StagedFile) throws(FormatError) in
            try file.append(header)
            try file.append(tensor, from: contents)
        }
    }
}
