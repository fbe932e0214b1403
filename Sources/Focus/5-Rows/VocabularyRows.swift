internal import Checkpoints
internal import Synchronization
internal import SystemPackage
internal import TensorIO

/// The vocabulary tensors of a checkpoint, each readable a row at a time.
///
/// Contents that can only be read front to back (packed ones) are spread out in a nameless temporary file when they
/// are first asked for.
final class VocabularyRows: Sendable {
    private let spread = Mutex<[TensorName: TemporaryTensor]>([:])
    /// Where temporary files are.
    let folder: FilePath

    /// Makes rows whose temporary files are in `folder`.
    init(temporaryFolder folder: FilePath) {
        self.folder = folder
    }

    /// The rows of `entry`, which `reader` has.
    func rows(of entry: VocabularyTensors.Entry, in reader: any TensorReader) throws(FormatError) -> TensorRows {
        if let weight = entry.quantized {
            return TensorRows(entry, reader: DequantizedReader(try readable(weight)))
        }
        return TensorRows(entry, reader: try readable(entry.tensor, in: reader))
    }

    /// The same weight, each row of which can be read without what is before it.
    func readable(_ weight: QuantizedWeight) throws(FormatError) -> QuantizedWeight {
        try weight.reading { part throws(FormatError) in try readable(part.tensor, in: part.reader) }
    }

    private func readable(
        _ tensor: TensorDescriptor, in reader: any TensorReader
    ) throws(FormatError) -> any TensorReader {
        guard !reader.readsAnywhere(tensor) else { return reader }
        return try spread.withLock { spread throws(FormatError) in
            if let known = spread[tensor.name] { return known }
            let new = try TemporaryTensor(tensor, TensorContents(copying: reader), in: folder)
            spread[tensor.name] = new
            return new
        }
    }
}
