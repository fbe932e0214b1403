internal import Digests

/// Names the documents of a corpus by content: the same documents in the same order give the same digest, whatever the
/// files are called, how they are packed and how the documents are spread over them.
public struct DocumentDigest: Sendable {
    private var hash = SHA256()
    /// The number of documents taken in.
    public private(set) var documentCount = 0
    /// The number of bytes of their texts.
    public private(set) var byteCount = 0

    /// Begins with no documents.
    public init() {}

    /// Takes in the documents of `batch` after those before.
    public mutating func update(_ batch: DocumentBatch) {
        for index in 0..<batch.count {
            // The length in front keeps "a", "bc" apart from "ab", "c".
            let range = batch.range(of: index)
            hash.update(range.count)
            hash.update(batch.bytes.span.extracting(range))
        }
        documentCount += batch.count
        byteCount += batch.bytes.count
    }

    /// The 32 bytes of the digest of all documents taken in.
    public var digest: [UInt8] {
        hash.digest
    }
}
