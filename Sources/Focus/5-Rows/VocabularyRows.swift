private import Glibc
internal import Synchronization
internal import SystemPackage
internal import TensorIO

/// The vocabulary tensors of a checkpoint, each readable a row at a time.
///
/// Contents that can only be read front to back (packed ones) are spread out in a nameless temporary file when they
/// are first asked for.
final class VocabularyRows: Sendable {
    private let spread = Mutex<[TensorName: SpreadTensor]>([:])
    private let folder: FilePath

    /// Makes rows whose temporary files are in `folder`.
    init(temporaryFolder folder: FilePath) {
        self.folder = folder
    }

    /// The rows of `entry`, which `reader` has.
    func rows(of entry: VocabularyTensors.Entry, in reader: any TensorReader) throws(FormatError) -> TensorRows {
        guard !reader.readsAnywhere(entry.tensor) else { return TensorRows(entry, reader: reader) }
        let reader = try spread.withLock { spread throws(FormatError) in
            if let known = spread[entry.tensor.name] { return known }
            let new = try SpreadTensor(entry.tensor, of: reader, in: folder)
            spread[entry.tensor.name] = new
            return new
        }
        return TensorRows(entry, reader: reader)
    }
}

/// The contents of one tensor in a temporary file that has no name any more.
private struct SpreadTensor: TensorReader {
    let tensors: [TensorDescriptor]
    let metadata: [String: String] = [:]
    private let file: MappedFile

    init(_ tensor: TensorDescriptor, of reader: any TensorReader, in folder: FilePath) throws(FormatError) {
        let path = folder.appending(".focus-rows-\(getpid())-\(UInt32.random(in: 0 ... .max))")
        var options = WriteOptions()
        options.synchronizes = false
        try StagedFile.write(path, options: options) { (file: inout StagedFile) throws(FormatError) in
            try file.append(tensor, from: TensorContents(copying: reader))
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
