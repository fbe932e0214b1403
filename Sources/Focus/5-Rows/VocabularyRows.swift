internal import Synchronization
internal import SystemPackage
internal import TensorIO

/// The vocabulary tensors of a checkpoint, each readable a row at a time.
///
/// Contents that can only be read front to back (packed ones) are spread out in a nameless temporary file when they
/// are first asked for.
final class VocabularyRows: Sendable {
    private let spread = Mutex<[TensorName: TemporaryTensor]>([:])
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
            let new = try TemporaryTensor(entry.tensor, TensorContents(copying: reader), in: folder)
            spread[entry.tensor.name] = new
            return new
        }
        return TensorRows(entry, reader: reader)
    }
}
