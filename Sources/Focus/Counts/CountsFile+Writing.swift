internal import Digests
internal import SystemPackage
internal import TensorIO
internal import Vocabularies

extension CountsFile {
    /// What a file of counts holds behind its header.
    struct Contents {
        var targetCounts: [Int] = []
        var sourceCounts: [Int] = []
        /// The tokens that are in no vocabulary.
        var others: [TokenText] = []

        /// The list of `others`: the bytes of each, and before them how many.
        fileprivate var otherBytes: [UInt8] {
            var bytes: [UInt8] = []
            for token in others {
                for shift in stride(from: 0, to: 32, by: 8) {
                    bytes.append(UInt8(truncatingIfNeeded: token.bytes.count >> shift))
                }
                bytes += token.bytes
            }
            return bytes
        }
    }

    /// Takes bytes that are written.
    typealias Sink = (RawSpan) throws(FormatError) -> Void

    /// Writes a file of counts to `path`, which gets its name when it is whole and on disk.
    ///
    /// - Parameters:
    ///   - header: whose `otherCount` and `otherByteCount` are set here.
    ///   - ids: sends as many ids as the header says.
    ///   - beginning: sends as many bytes of JSON lines as the header says.
    /// - Throws: `FormatError` where there is a file that may not be replaced, or the disk is full; what `ids` and
    ///   `beginning` throw.
    static func write(
        _ header: CountsHeader, _ contents: Contents, to path: FilePath, replacingExisting: Bool,
        ids: (Sink) throws(FormatError) -> Void, beginning: (Sink) throws(FormatError) -> Void
    ) throws(FormatError) {
        var header = header
        let others = contents.otherBytes
        (header.otherCount, header.otherByteCount) = (contents.others.count, others.count)
        var options = WriteOptions()
        options.replacesExisting = replacingExisting
        try StagedFile.write(path, options: options) { (file: inout StagedFile) throws(FormatError) in
            var hash = SHA256()
            let counts = (contents.targetCounts + contents.sourceCounts).map { UInt64($0).littleEndian }
            for part in [header.bytes, unsafe counts.span.bytes.copied] {
                try file.append(part)
                hash.update(part)
            }
            try ids { (bytes: RawSpan) throws(FormatError) in
                hash.update(bytes)
                try file.append(bytes)
            }
            try file.append(others)
            hash.update(others)
            try beginning { (bytes: RawSpan) throws(FormatError) in
                hash.update(bytes)
                try file.append(bytes)
            }
            precondition(
                file.byteCount == CountsHeader.size + (contents.targetCounts.count + contents.sourceCounts.count) * 8
                    + (header.documentCount + header.tokenCount) * 4 + others.count + header.beginningByteCount,
                "the header says how much there is")
            try file.append(hash.digest)
        }
    }
}
