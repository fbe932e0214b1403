package import TensorIO
package import Vocabularies

extension TokenStreamFile {
    /// Ids that lie in `file` from the byte `offset` on, a multiple of four; nothing is copied.
    ///
    /// - Parameters:
    ///   - count: how many, ends of documents included.
    ///   - vocabulary: whose ids they are, one more than there.
    ///   - others: the tokens that have the ids behind those of the vocabulary.
    /// - Throws: `EmbeddingError` where an id stands for nothing, or the last document does not end.
    package convenience init(
        in file: MappedFile, from offset: Int, count: Int, vocabulary: Vocabulary, others: [TokenText]
    ) throws(EmbeddingError) {
        var counts = [Int](repeating: 0, count: 1 + vocabulary.rowCount + others.count)
        var (wrong, last) = (Int?.none, TokenLines.lineEnd)
        file.lend(offset..<offset + count * 4) { bytes in
            for place in stride(from: 0, to: bytes.byteCount, by: 4) {
                let id = bytes.littleEndian(UInt32.self, at: place)
                if Int(id) < counts.count { counts[Int(id)] += 1 } else { wrong = Int(id) }
                last = id
            }
        }
        guard wrong == nil else {
            throw EmbeddingError(.invalid, "has a token \(wrong ?? 0), and there is none", path: file.path)
        }
        guard last == TokenLines.lineEnd else {
            throw EmbeddingError(.invalid, "has a last document without an end", path: file.path)
        }
        self.init(
            TokenStream(file, from: offset, count: count), vocabulary: vocabulary, others: others, counts: counts)
    }

    /// Sends all ids, four bytes each with the lowest first, in order, to `sink`.
    ///
    /// - Throws: `FormatError` where what was written cannot be read; what `sink` throws.
    package func send(to sink: (RawSpan) throws(FormatError) -> Void) throws(FormatError) {
        let stream: TokenStream
        do throws(EmbeddingError) { stream = try finished() } catch {
            throw FormatError(.system, error.message, path: error.path)
        }
        try stream.lend(to: sink)
    }
}
