private import Digests
public import SystemPackage
internal import Vocabularies

extension TokenStreamFile {
    /// The documents whose digests are smallest, in their order: about as many as have `limit` tokens together, ends of
    /// documents counted, and no more; all of them where there are no more.
    ///
    /// A document's digest depends on its own tokens alone. So which documents are taken does not depend on their
    /// order, nor on the shards in which they were counted, and of documents with the same tokens all are taken or
    /// none.
    ///
    /// - Parameter folder: where the temporary file goes; four bytes a token.
    /// - Throws: `EmbeddingError` where the file cannot be written.
    public func sample(of limit: Int, in folder: FilePath) throws(EmbeddingError) -> TokenStreamFile {
        guard tokenCount + documentCount > limit else { return self }
        let digests = DocumentDigests(of: self)
        let stream = try finished()
        let bound = digests.bound(in: stream, limit: limit)
        let sample = try TokenStreamFile(in: folder, like: self)
        var failure: EmbeddingError?
        unsafe digests.forEachDocument(of: stream) { ids, digest in
            guard failure == nil, digest >> DocumentDigests.shift < bound else { return }
            do throws(EmbeddingError) { try unsafe sample.append(document: ids) } catch { failure = error }
        }
        stream.release()
        if let failure { throw failure }
        return sample
    }
}

/// Digests of the documents of a stream, by their tokens.
private struct DocumentDigests {
    /// What stands for each id. The ids of tokens in no vocabulary depend on the order in which they came: their texts
    /// stand for them.
    private let keys: [UInt64]

    /// Documents are told apart by the uppermost bits of their digests, so that nothing is kept of each.
    static let shift = 48

    init(of file: TokenStreamFile) {
        let rows = file.vocabulary?.rowCount ?? 0
        keys =
            (0...rows).map { UInt64($0) }
            + file.others.map { token in
                var hash = SHA256()
                hash.update(token.bytes)
                return hash.digest.prefix(8).reduce(1 << 63) { $0 << 8 | UInt64($1) } | 1 << 63
            }
    }

    /// Lends the ids of each document, its end among them, and its digest.
    func forEachDocument(of stream: TokenStream, _ body: (UnsafeBufferPointer<UInt32>, UInt64) -> Void) {
        let step = 1 << 20
        var start = 0
        while start < stream.count {
            // Whole documents: a step, and what is left of the last one.
            let end = stream.lineStart(from: min(stream.count, start + step), limit: stream.count)
            unsafe stream.withIDs(start..<end) { ids in
                var (first, digest) = (0, UInt64(0))
                for index in ids.indices {
                    let id = unsafe ids[index]
                    guard id == TokenLines.lineEnd else {
                        digest = DocumentDigests.mixed(digest ^ keys[Int(id)])
                        continue
                    }
                    unsafe body(UnsafeBufferPointer(rebasing: ids[first...index]), DocumentDigests.mixed(digest))
                    (first, digest) = (index + 1, 0)
                }
            }
            start = end
        }
    }

    /// Below what digests, without their last bits, lie documents of at most `limit` ids.
    func bound(in stream: TokenStream, limit: Int) -> UInt64 {
        var counts = [Int](repeating: 0, count: 1 << (64 - DocumentDigests.shift))
        unsafe forEachDocument(of: stream) { ids, digest in
            counts[Int(digest >> DocumentDigests.shift)] += ids.count
        }
        var sum = 0
        for (bound, count) in counts.enumerated() {
            sum += count
            if sum > limit { return UInt64(bound) }
        }
        return UInt64(counts.count)
    }

    /// The mixing of splitmix64 (Steele, Lea & Flood 2014).
    private static func mixed(_ number: UInt64) -> UInt64 {
        var z = number &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
