internal import Digests
internal import SystemPackage
internal import TensorIO

/// Writes one tensor to a file of its own.
struct RawWriter {
    let tensor: TensorDescriptor
    let file: String
    /// The level of zstd, or nil for plain bytes.
    let level: Int?

    /// Writes the contents and returns what the manifest says of them.
    func write(
        in folder: FilePath, options: WriteOptions, contents: TensorContents
    ) throws(FormatError) -> RawManifest.Entry {
        var hash = XXHash64()
        var byteCount = 0
        try StagedFile.write(folder.appending(file), options: options) { (file: inout StagedFile) throws(FormatError) in
            if let level {
                var frames = ZstdFrameWriter(level: level, workers: options.workers)
                try contents.send(tensor) { (bytes: RawSpan) throws(FormatError) in
                    hash.append(bytes)
                    try frames.append(bytes, to: &file)
                }
                try frames.finish(&file)
            } else {
                try contents.send(tensor) { (bytes: RawSpan) throws(FormatError) in
                    hash.append(bytes)
                    try file.append(bytes)
                }
            }
            byteCount = file.byteCount
        }
        return RawManifest.Entry(
            tensor: tensor, file: file, bytes: 0..<byteCount, isBigEndian: false, isCompressed: level != nil,
            hash: hash.value)
    }
}
