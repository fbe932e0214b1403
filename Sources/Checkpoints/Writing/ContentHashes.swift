internal import Digests
internal import Synchronization
internal import TensorIO

/// The hash of each tensor's contents as they were sent to be written.
final class ContentHashes: Sendable {
    private let values = Mutex<[TensorName: UInt64]>([:])

    init() {}

    func add(_ hash: UInt64, of name: TensorName) {
        values.withLock { $0[name] = hash }
    }

    subscript(name: TensorName) -> UInt64? {
        values.withLock { $0[name] }
    }
}

extension TensorContents {
    /// The same contents; `hashes` gets the hash of each tensor as it is sent.
    func hashed(by hashes: ContentHashes) -> TensorContents {
        TensorContents { (tensor: TensorDescriptor, sink: TensorContents.Sink) throws(FormatError) in
            var hash = XXHash64()
            try send(tensor) { (bytes: RawSpan) throws(FormatError) in
                hash.append(bytes)
                try sink(bytes)
            }
            hashes.add(hash.value, of: tensor.name)
        }
    }
}
