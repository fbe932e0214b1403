internal import Corpus
internal import Parallel

/// Lines of a text: those at its beginning, in which tokens are counted, and others, which a model reads.
struct TextSample: Sendable {
    /// Tokens are counted in about this many bytes of text.
    static let countedByteCount = 4_000_000
    /// Lines of fewer characters, the line end included, are not counted in.
    static let leastCharacters = 20
    /// This many lines lie between what is counted in and what is read first.
    static let gap = 1000
    /// At most this many lines are read first.
    static let readLines = 4000

    /// The lines in which tokens are counted, without space around them.
    let counted: [[UInt8]]
    /// The lines to read, without space around them, in this order.
    let read: [[UInt8]]

    /// Takes lines of `corpus` from its beginning, as many as it needs.
    ///
    /// - Throws: `CorpusError` where the text cannot be read; `CancellationError`.
    init(of corpus: Corpus, monitor: WorkMonitor) throws {
        var gathered = Gathering()
        var batches = corpus.batches(bytes: 1 << 20, monitor: monitor)
        while !gathered.isDone, let batch = try batches.next() { gathered.take(batch) }
        counted = gathered.counted
        let first = min(gathered.lines.count, counted.count + TextSample.gap)
        read = Array(gathered.lines[first...] + gathered.lines[..<first].map(TextSample.beginning))
    }

    /// The lines of a sample while they are taken from a text.
    struct Gathering {
        fileprivate var lines: [[UInt8]] = []
        fileprivate var counted: [[UInt8]] = []
        private var size = 0
        /// Whether there are enough.
        private(set) var isDone = false

        /// Takes lines of the next documents, as long as there are not enough.
        mutating func take(_ batch: DocumentBatch) {
            for index in 0..<batch.count where !isDone {
                let parts = batch.document(index).split(separator: 0x0A, omittingEmptySubsequences: false)
                for part in parts where !isDone {
                    let line = TextSample.stripped(part)
                    let isCounting = size <= TextSample.countedByteCount
                    lines.append(isCounting ? line : TextSample.beginning(of: line))
                    if isCounting, TextSample.characters(in: part) + 1 >= TextSample.leastCharacters {
                        counted.append(line)
                        size += part.count + 1
                    }
                    isDone = !isCounting && lines.count >= counted.count + TextSample.gap + TextSample.readLines
                }
            }
        }
    }

    /// Lines of a sample that is known.
    init(counted: [[UInt8]], read: [[UInt8]]) {
        self.counted = counted
        self.read = read
    }

    private static func characters(in line: ArraySlice<UInt8>) -> Int {
        line.reduce(0) { $0 + ($1 & 0xC0 != 0x80 ? 1 : 0) }
    }

    /// As much of a line as a model reads, and more.
    private static func beginning(of line: [UInt8]) -> [UInt8] {
        let most = 4096
        guard line.count > most else { return line }
        var end = most
        while end > 0, line[end] & 0xC0 == 0x80 { end -= 1 }
        return Array(line[..<end])
    }

    /// A line without the white space at both ends.
    private static func stripped(_ line: ArraySlice<UInt8>) -> [UInt8] {
        let text = String(decoding: line, as: UTF8.self).unicodeScalars
        func isSpace(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
        }
        guard let first = text.firstIndex(where: { !isSpace($0) }),
            let last = text.lastIndex(where: { !isSpace($0) })
        else { return [] }
        return Array(String(text[first...last]).utf8)
    }
}
