internal import SystemPackage
internal import TensorIO

/// The contents of one tensor in a temporary file.
struct TemporaryTensor: TensorReader {
    let tensors: [TensorDescriptor]
    let metadata: [String: String] = [:]
    private let file: MappedFile

    /// Writes the `contents` of `tensor` to a file in `folder`.
    ///
    /// - Throws: `FormatError` where they cannot be provided or written.
    init(_ tensor: TensorDescriptor, _ contents: TensorContents, in folder: FilePath) throws(FormatError) {
        var file = try TemporaryFile(in: folder)
        try contents.send(tensor) { (bytes: RawSpan) throws(FormatError) in try file.append(bytes) }
        self.file = try file.contents()
        tensors = [tensor]
    }

    func read(
        _ tensor: TensorDescriptor, bytes range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        try file.lend(range, to: body)
    }
}
