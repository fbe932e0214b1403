private import Glibc
internal import SystemPackage
internal import TensorIO

/// The contents of one tensor in a temporary file that has no name any more.
struct TemporaryTensor: TensorReader {
    let tensors: [TensorDescriptor]
    let metadata: [String: String] = [:]
    private let file: MappedFile

    /// Writes the `contents` of `tensor` to a file in `folder`.
    ///
    /// - Throws: `FormatError` where they cannot be provided or written.
    init(_ tensor: TensorDescriptor, _ contents: TensorContents, in folder: FilePath) throws(FormatError) {
        let path = folder.appending(".focus-rows-\(getpid())-\(UInt32.random(in: 0 ... .max))")
        var options = WriteOptions()
        options.synchronizes = false
        try StagedFile.write(path, options: options) { (file: inout StagedFile) throws(FormatError) in
            try file.append(tensor, from: contents)
        }
        defer { StagedFile.remove(path) }
        file = try MappedFile(path)
        tensors = [tensor]
    }

    func read(
        _ tensor: TensorDescriptor, bytes range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        try file.lend(range, to: body)
    }
}
