internal import Checkpoints
internal import Digests
internal import Replacement
internal import SystemPackage
internal import TensorIO

/// What a file of counts is of, and how much it holds.
struct CountsHeader: Hashable, Sendable {
    /// What was counted, and with what: the same in all shards of a corpus.
    struct Origin: Hashable, Sendable {
        /// The identity of the files of the corpus.
        var corpus: [UInt8]
        /// The digest of the tokenizer's files whose tokens are kept.
        var target: [UInt8]
        /// The digest of the source tokenizer's files.
        var source: [UInt8]
        /// The ids of the tokenizer whose tokens are kept.
        var targetRows: Int
        /// The ids of the source tokenizer; 0 where it cannot cut text, so that nothing is counted with it.
        var sourceRows: Int
    }

    var shard: ShardNumber
    var origin: Origin
    var documentCount = 0
    var tokenCount = 0
    var characterCount = 0
    /// The bytes of the documents, ends of lines not counted.
    var textByteCount = 0
    /// Tokens in no vocabulary, and the bytes of their list.
    var otherCount = 0
    var otherByteCount = 0
    /// The bytes of the first documents of the corpus, as JSON lines.
    var beginningByteCount = 0

    /// The bytes of a header.
    static let size = 256
    static let digestSize = 32
    private static let mark = Array("focuscnt".utf8)
    private static let version = 1
    /// No vocabulary has more ids.
    private static let mostRows = 1 << 24

    init(shard: ShardNumber, origin: Origin) {
        (self.shard, self.origin) = (shard, origin)
    }

    /// The digest of a tokenizer: of what its files hold.
    static func digest(ofTokenizerAt path: FilePath) throws -> [UInt8] {
        var hash = SHA256()
        for part in try TokenizerFiles(at: path).contents {
            hash.update(part.count)
            hash.update(part)
        }
        return hash.digest
    }

    /// The header as it stands in a file.
    var bytes: [UInt8] {
        var bytes = CountsHeader.mark
        for number in [CountsHeader.version, shard.index, shard.count] { CountsHeader.append(number, to: &bytes) }
        bytes += origin.corpus + origin.target + origin.source
        for number in [
            documentCount, tokenCount, characterCount, textByteCount, origin.targetRows, origin.sourceRows, otherCount,
            otherByteCount, beginningByteCount,
        ] { CountsHeader.append(number, to: &bytes) }
        return bytes + [UInt8](repeating: 0, count: CountsHeader.size - bytes.count)
    }

    private static func append(_ number: Int, to bytes: inout [UInt8]) {
        for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    /// Reads the header of a whole file.
    ///
    /// - Throws: `FocusError` where it is none, or one of another version, or its numbers cannot be.
    init(reading bytes: RawSpan, at path: FilePath) throws(FocusError) {
        let mark = CountsHeader.mark
        guard bytes.byteCount >= mark.count, bytes.extracting(0..<mark.count).copied == mark else {
            throw FocusError("is no file of counts, which focus count and focus merge write", path: path)
        }
        guard bytes.byteCount >= CountsHeader.size else {
            throw FocusError("is a file of counts that was cut short: count again", path: path)
        }
        func number(_ offset: Int) -> Int? { Int(exactly: bytes.littleEndian(UInt64.self, at: offset)) }
        guard let version = number(8), version == CountsHeader.version else {
            throw FocusError("is a file of counts of a version that this one does not read: count again", path: path)
        }
        guard let index = number(16), let count = number(24), let shard = ShardNumber(index: index, count: count) else {
            throw FocusError("is a damaged file of counts: it is of no shard", path: path)
        }
        let digests = [32, 64, 96].map { bytes.extracting($0..<$0 + CountsHeader.digestSize).copied }
        let numbers = (0..<9).compactMap { number(128 + 8 * $0) }
        let rest = bytes.extracting(200..<CountsHeader.size).copied
        guard numbers.count == 9, numbers.allSatisfy({ $0 < 1 << 56 }), rest.allSatisfy({ $0 == 0 }),
            numbers[4] <= CountsHeader.mostRows, numbers[5] <= CountsHeader.mostRows,
            // Each of the others takes four bytes at least.
            numbers[6] <= numbers[7] / 4
        else { throw FocusError("is a damaged file of counts: its header holds impossible numbers", path: path) }
        self.init(
            shard: shard,
            origin: Origin(
                corpus: digests[0], target: digests[1], source: digests[2], targetRows: numbers[4],
                sourceRows: numbers[5]))
        (documentCount, tokenCount) = (numbers[0], numbers[1])
        (characterCount, textByteCount) = (numbers[2], numbers[3])
        (otherCount, otherByteCount, beginningByteCount) = (numbers[6], numbers[7], numbers[8])
    }
}
