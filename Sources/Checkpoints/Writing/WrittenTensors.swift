internal import Digests
package import Parallel
internal import Synchronization
package import SystemPackage
package import TensorIO

/// Tensors that were just written, read again before they get their name.
package struct WrittenTensors {
    /// The file or folder they were written to.
    package let path: FilePath
    let format: any TensorFormat
    /// What should be there.
    let expected: [TensorDescriptor]
    package let metadata: [String: String]
    package let hashes: ContentHashes

    package init(
        path: FilePath, format: any TensorFormat, expected: [TensorDescriptor], metadata: [String: String],
        hashes: ContentHashes
    ) {
        self.path = path
        self.format = format
        self.expected = expected
        self.metadata = metadata
        self.hashes = hashes
    }

    /// Reads everything and compares it with what was sent.
    ///
    /// - Throws: `FormatError` that says what is different.
    package func verify(workers: Workers, monitor: WorkMonitor) throws {
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
