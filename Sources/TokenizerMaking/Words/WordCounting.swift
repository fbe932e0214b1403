internal import Corpus
internal import Parallel
internal import SystemPackage
internal import TensorIO
internal import Tokenization

/// Counts the words of a text on all cores in bounded memory: what does not fit is written to nameless files and put
/// together in the end. The same words come out on any number of threads.
struct WordCounting: Sendable {
    /// Cuts text into words: its normalizer and its pre-tokenizer are those of the tokenizer to be made.
    var tokenizer: Tokenizer
    var cutting: WordCutting
    var workers: Workers
    /// How many bytes the words may take in the end.
    var capacity: Int
    /// How many bytes may be used meanwhile.
    var memory: Int
    /// Where nameless files are made.
    var folder: FilePath

    /// What one thread counts in.
    private struct Scratch: Sendable {
        var encoding = EncodingScratch()
        var table = WordTable()
        var runs: [MappedFile] = []
        /// Documents and their bytes.
        var (documents, bytes) = (0, 0)
    }

    /// Counts the words of `corpus`.
    ///
    /// - Throws: `CorpusError` where the text cannot be read, `TokenizerError` where it cannot be cut, `FormatError`
    ///   where there is no room for files; `CancellationError` where `monitor` asks to stop.
    func count(_ corpus: Corpus, monitor: WorkMonitor) throws -> TextWords {
        let room = memory / (workers.count + 1)
        let (tokenizer, cutting, folder) = (tokenizer, cutting, folder)
        let scratches = try corpus.forEachPart(
            workers: workers, monitor: monitor, scratch: Scratch.init, into: (),
            write: { document, scratch, _ in
                scratch.documents += 1
                scratch.bytes += document.count
                var table = WordTable.none
                swap(&table, &scratch.table)
                defer { swap(&table, &scratch.table) }
                try tokenizer.forEachWord(of: document, scratch: &scratch.encoding) { word in
                    cutting.forEachPart(of: word) { table.add($0) }
                }
                if table.weight > room {
                    scratch.runs.append(try WordRun.write(table.sorted(), in: folder))
                    table = WordTable()
                }
            }, { _ in })
        let sorted = workers.map(scratches.count) { scratches[$0].table.sorted() }
        let runs = scratches.flatMap(\.runs)
        func merge(_ body: (_ word: [UInt8], _ count: Int) -> Void) {
            WordRun.merge(sorted.map { WordRun($0) } + runs.map { WordRun($0) }, body)
        }
        var text = TextWords()
        text.documentCount = scratches.reduce(0) { $0 + $1.documents }
        text.byteCount = scratches.reduce(0) { $0 + $1.bytes }
        text.fill(capacity: capacity, from: merge)
        return text
    }
}

/// The words of a text.
struct TextWords: Sendable {
    /// The words, each with its count, in the order of their bytes.
    var words = CountedWords()
    /// How many words the text has, and how many different ones.
    var (total, distinct) = (0, 0)
    /// The text's documents, and their bytes.
    var (documentCount, byteCount) = (0, 0)

    /// Takes the most frequent words of those that `merge` lists, as many as there is room for; of those that are
    /// equally frequent, some by their hash.
    mutating func fill(
        capacity: Int, from merge: (_ body: (_ word: [UInt8], _ count: Int) -> Void) -> Void
    ) {
        /// How much room the words take that occur so often.
        var room: [Int: Int] = [:]
        merge { word, count in
            total += count
            distinct += 1
            room[count, default: 0] += word.count + 16
        }
        var (left, least, share) = (capacity, 1, 1.0)
        for (count, weight) in room.sorted(by: { $0.key > $1.key }) {
            least = count
            if weight > left {
                share = Double(left) / Double(weight)
                break
            }
            left -= weight
        }
        let limit = share < 1 ? UInt64(share * 0x1p63) << 1 : .max
        merge { word, count in
            guard count > least || (count == least && WordHash.hash(word.span) <= limit) else { return }
            words.append(word.span, count: count)
        }
    }
}
