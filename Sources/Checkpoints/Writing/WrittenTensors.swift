internal import Digests
package import Parallel
internal import Replacement
internal import Synchronization
package import SystemPackage
package import TensorIO

/// Tensors that were just written, read again before they get their name.
package struct WrittenTensors {
    /// The file or folder they were written to.
    let path: FilePath
    let format: any TensorFormat
    /// What should be there.
    let expected: [TensorDescriptor]
    let metadata: [String: String]
    let hashes: ContentHashes

    /// Writes `tensors` to `path`, and takes down what is to be read back.
    ///
    /// - Parameter metadata: what goes with them; left out where `format` has no place for it.
    /// - Throws: `FormatError` where a tensor cannot be kept in this format, what it holds cannot be read, or writing
    ///   fails.
    package static func write(
        _ tensors: [TensorDescriptor], _ contents: TensorContents, metadata: [String: String], to path: FilePath,
        as format: any TensorFormat, options: WriteOptions
    ) throws(FormatError) -> WrittenTensors {
        let hashes = ContentHashes()
        let kept = format.traits.keepsMetadata ? metadata : [:]
        try format.write(
            tensors, metadata: kept, options: options, to: path, contents: contents.hashed(by: hashes))
        return WrittenTensors(path: path, format: format, expected: tensors, metadata: kept, hashes: hashes)
    }

    /// Reads all of `written` again while the files below `folder` are forced to disk: reading computes while the disk
    /// is waited for.
    ///
    /// - Throws: what `verify` of one throws; `FormatError` where the disk fails.
    package static func verify(
        _ written: [WrittenTensors], whileSynchronizing folder: FilePath, workers: Workers, monitor: WorkMonitor
    ) throws {
        _ = try workers.both {
            for tensors in written { try tensors.verify(workers: workers, monitor: monitor) }
        } _: {
            try Durable.synchronizeFiles(below: folder)
        }
    }

    /// Reads everything and compares it with what was sent.
    ///
    /// - Throws: `FormatError` that names the tensor, where the file cannot be read again or holds another number of
    ///   tensors, other metadata, or a tensor of another type, shape or hash; `CancellationError` where `monitor` asks
    ///   to stop.
    func verify(workers: Workers, monitor: WorkMonitor) throws {
        let reader = try format.open(path)
        // A single .npy file keeps neither names nor metadata.
        let isNameless = format.traits.holdsOneTensor || format.traits.isFolder && !MappedFile.isFolder(path)
        guard reader.tensors.count == expected.count else {
            throw FormatError(
                .invalidHeader, "\(expected.count) tensors were written, but \(reader.tensors.count) are read back",
                path: path)
        }
        guard isNameless || !format.traits.keepsMetadata || reader.metadata == metadata else {
            throw FormatError(.invalidHeader, "its metadata are not read back as they were written", path: path)
        }
        let found = Dictionary(reader.tensors.map { ($0.name, $0) }) { first, _ in first }
        let total = expected.reduce(0) { min($0, .max - $1.byteCount) + $1.byteCount }
        let completed = Mutex(0)
        let readings = expected.map { (tensor: isNameless ? reader.tensors.first ?? $0 : $0, reader: reader) }
        _ = try workers.mapTensors(readings) { index in
            try monitor.checkCancellation()
            let tensor = expected[index]
            guard let written = isNameless ? reader.tensors.first : found[tensor.name],
                written.elementType == tensor.elementType, written.shape == tensor.shape
            else {
                throw FormatError(
                    .invalidHeader, "is not read back with the type and shape it was written with", path: path,
                    tensor: tensor.name)
            }
            var hash = XXHash64()
            try reader.read(written) { (bytes: RawSpan) throws(FormatError) in
                if monitor.isCancelled { throw FormatError(.cancelled, "cancelled") }
                hash.append(bytes)
            }
            guard hash.value == hashes[tensor.name] else {
                throw FormatError(
                    .invalidTensor,
                    "is not read back as it was written (its hash differs): the disk or the memory may be failing",
                    path: path, tensor: tensor.name)
            }
            let now = completed.withLock {
                $0 += tensor.byteCount
                return $0
            }
            monitor.update(completed: now, total: total)
        }
    }
}
