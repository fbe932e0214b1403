internal import Corpus
internal import Digests
package import Parallel
internal import Replacement
internal import StaticEmbeddings
package import SystemPackage
internal import TensorIO
internal import Vocabularies

/// What a job needs of a text, counted and cut into tokens beforehand: all of a text, or one of its shards.
///
/// docs/clusters.md has the layout. All that is read is checked, but the digest, for which `verify` asks.
package struct CountsFile: Sendable {
    let header: CountsHeader
    let path: FilePath
    let file: MappedFile
    /// Where each part lies in the file.
    let targetRange: Range<Int>
    let sourceRange: Range<Int>
    let idRange: Range<Int>
    let otherRange: Range<Int>
    let beginningRange: Range<Int>

    /// Opens the file at `path`.
    ///
    /// - Throws: `FocusError` where it is no file of counts, or was cut short; `FormatError` where it cannot be read.
    package init(_ path: FilePath) throws {
        let file = try MappedFile(path)
        let header = try file.withBytes { bytes throws(FocusError) in try CountsHeader(reading: bytes, at: path) }
        // None of the numbers is above 2^56, so that no sum passes the widest integer.
        let ids = header.documentCount + header.tokenCount
        let sizes = [
            header.origin.targetRows * 8, header.origin.sourceRows * 8, ids * 4, header.otherByteCount,
            header.beginningByteCount,
        ]
        let end = sizes.reduce(CountsHeader.size, +) + CountsHeader.digestSize
        guard end == file.byteCount else {
            throw FocusError(
                "has \(file.byteCount) bytes, but by its header \(end): it was cut short or is damaged; count again",
                path: path)
        }
        var start = CountsHeader.size
        let ranges = sizes.map { size in
            defer { start += size }
            return start..<start + size
        }
        (targetRange, sourceRange, idRange) = (ranges[0], ranges[1], ranges[2])
        (otherRange, beginningRange) = (ranges[3], ranges[4])
        (self.header, self.path, self.file) = (header, path, file)
    }

    /// Opens the file at `path`, which must be of a whole text.
    ///
    /// - Throws: as the other, and `FocusError` where it is of a shard.
    package init(wholeAt path: FilePath) throws {
        try self.init(path)
        guard header.shard == .whole else {
            throw FocusError(
                "is shard \(header.shard) of a text: put all of them together with focus merge", path: path)
        }
    }

    /// Throws where its tokens are not those of the tokenizer at `path`.
    package func check(tokenizer path: FilePath) throws {
        guard try CountsHeader.digest(ofTokenizerAt: path) == header.origin.target else {
            throw FocusError(
                "does not fit this job: it was made with another --tokenizer; count with this one", path: self.path)
        }
    }

    /// Which shard of the corpus it is of.
    package var shard: ShardNumber { header.shard }

    /// The documents, tokens, ends of documents not counted, and bytes of its text.
    package var size: (documents: Int, tokens: Int, bytes: Int) {
        (header.documentCount, header.tokenCount, header.textByteCount)
    }

    /// The digest of what it holds, as it says.
    var digest: [UInt8] {
        file.withBytes { $0.extracting(file.byteCount - CountsHeader.digestSize..<file.byteCount).copied }
    }

    /// Throws where anything but what was written is in the file.
    package func verify(monitor: WorkMonitor) throws {
        let end = file.byteCount - CountsHeader.digestSize
        var (hash, done) = (SHA256(), 0)
        try file.lend(0..<end) { (bytes: RawSpan) throws in
            hash.update(bytes)
            done += bytes.byteCount
            monitor.update(completed: done, total: end)
            try monitor.checkCancellation()
        }
        guard hash.digest == digest else {
            throw FocusError("is damaged: its digest is not that of what it holds; count again", path: path)
        }
    }

    /// How often each id of the tokenizer occurs whose tokens are kept.
    func targetCounts() throws -> [Int] { try counts(targetRange) }

    /// How often each id of the source tokenizer occurs; empty where it cannot cut text.
    func sourceCounts() throws -> [Int] { try counts(sourceRange) }

    private func counts(_ range: Range<Int>) throws -> [Int] {
        var (counts, sum) = ([Int](), 0)
        counts.reserveCapacity(range.count / 8)
        file.lend(range) { bytes in
            for offset in stride(from: 0, to: bytes.byteCount, by: 8) {
                let count = Int(clamping: bytes.littleEndian(UInt64.self, at: offset))
                let added = sum.addingReportingOverflow(count)
                sum = added.overflow ? .max : added.partialValue
                counts.append(count)
            }
        }
        guard sum < 1 << 56 else { throw FocusError("is damaged: its counts are impossible", path: path) }
        return counts
    }

    /// The tokens that are in no vocabulary, in the order in which they came.
    func others() throws -> [TokenText] {
        try file.withBytes { bytes in
            var (tokens, start) = ([TokenText](), otherRange.lowerBound)
            while start + 4 <= otherRange.upperBound {
                let end = start + 4 + Int(bytes.littleEndian(UInt32.self, at: start))
                guard end <= otherRange.upperBound else { break }
                tokens.append(TokenText(bytes.extracting(start + 4..<end).copied))
                start = end
            }
            guard start == otherRange.upperBound, tokens.count == header.otherCount else {
                throw FocusError("is damaged: its list of tokens does not end where it should", path: path)
            }
            return tokens
        }
    }

    /// The tokens of the text, to train on.
    ///
    /// - Parameter vocabulary: that of the tokenizer which cut the text.
    /// - Throws: `FocusError` where they are those of another vocabulary; `EmbeddingError` where one stands for
    ///   nothing.
    func tokens(of vocabulary: Vocabulary) throws -> TokenStreamFile {
        guard vocabulary.rowCount == header.origin.targetRows else {
            throw FocusError(
                "has ids of a vocabulary of \(header.origin.targetRows), and not of \(vocabulary.rowCount)", path: path)
        }
        let stream = try TokenStreamFile(
            in: file, from: idRange.lowerBound, count: idRange.count / 4, vocabulary: vocabulary, others: others())
        guard stream.documentCount == header.documentCount else {
            throw FocusError(
                "is damaged: it has \(stream.documentCount) documents, but by its header \(header.documentCount)",
                path: path)
        }
        stream.byteCount = header.textByteCount
        return stream
    }

    /// The first documents of the text, of which lines are taken that the model reads.
    var beginning: Corpus { Corpus(jsonLinesIn: path, beginningRange) }
}

extension SHA256 {
    /// Takes in `bytes` after those before.
    mutating func update(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { unsafe update($0.assumingMemoryBound(to: UInt8.self).span) }
    }
}
