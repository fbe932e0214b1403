import FocusEngine
import StaticEmbeddings
import Synchronization
import SystemPackage
import TestSupport
import Testing

@Suite struct FastTextTrainerTests {
    /// What the golden models were trained with.
    static var small: FastTextParameters {
        var parameters = FastTextParameters()
        parameters.dimension = 10
        parameters.minimumCount = 3
        parameters.buckets = 500
        return parameters
    }

    /// The golden text as a token stream.
    private func stream(_ folder: TemporaryFolder) throws -> TokenStreamFile {
        let file = try TokenStreamFile(in: folder.path)
        let documents = try Fixture("fasttext/tokens.txt").lines
        // In pieces, as several workers would make them.
        for start in stride(from: 0, to: documents.count, by: 70) {
            var lines = TokenLines()
            for document in documents[start..<min(start + 70, documents.count)] {
                lines.appendDocument(document.split(separator: 0x20).map { TokenText(Array($0)) })
            }
            try file.append(lines)
        }
        return file
    }

    @Test func `the defaults are those of the reference`() {
        let parameters = FastTextParameters()
        #expect(parameters.dimension == 100)
        #expect(parameters.epochs == 3)
        #expect(parameters.minimumCount == 10)
        #expect(parameters.negatives == 10)
        #expect(parameters.buckets == 2_000_000)
        #expect(parameters.threads == 1)
    }

    @Test(arguments: ["cbow", "short-ngrams", "no-ngrams"])
    func `with one thread the model is, bit for bit, that of the Python package`(name: String) throws {
        let folder = try TemporaryFolder()
        var parameters = FastTextTrainerTests.small
        if name == "short-ngrams" {
            (parameters.buckets, parameters.shortestNGram, parameters.longestNGram) = (100, 1, 2)
        } else if name == "no-ngrams" {
            (parameters.buckets, parameters.shortestNGram, parameters.longestNGram) = (5, 0, 0)
        }
        let trained = try FastTextTrainer(parameters).train(on: stream(folder))
        let path = folder.path.appending("model.bin")
        try trained.save(to: path)
        #expect(try folder.read("model.bin") == Fixture("fasttext/\(name).bin").bytes)
        #expect(trained.wordCount == (try FastTextModel(path).wordCount))
    }

    @Test func `the words alone make a small model with the same vectors`() throws {
        let folder = try TemporaryFolder()
        let trained = try FastTextTrainer(FastTextTrainerTests.small).train(on: stream(folder))
        let path = folder.path.appending("words.bin")
        try trained.save(.wordsOnly, to: path)
        let words = try FastTextModel(path)
        let whole = try FastTextModel(try folder.fastTextFixture("cbow.bin"))
        #expect(words.words == whole.words)
        for word in whole.words { #expect(words.vector(of: word) == whole.vector(of: word)) }
        #expect(words.vector(of: "unbekannt") == nil)
    }

    @Test func `two threads train a model of the same words`() throws {
        let folder = try TemporaryFolder()
        var parameters = FastTextTrainerTests.small
        parameters.threads = 2
        let trained = try FastTextTrainer(parameters).train(on: stream(folder))
        let path = folder.path.appending("model.bin")
        try trained.save(to: path)
        #expect(try FastTextModel(path).words.map(\.bytes) == (try Fixture("fasttext/cbow.words").lines))
    }

    @Test func `progress rises to nearly the end, and counts all epochs`() throws {
        let folder = try TemporaryFolder()
        let seen = Mutex<[(Int, Int?)]>([])
        let monitor = WorkMonitor(
            report: { done, total in seen.withLock { $0.append((done, total)) } }, isCancelled: { false })
        let trained = try FastTextTrainer(FastTextTrainerTests.small).train(on: stream(folder), monitor: monitor)
        let reports = seen.withLock { $0 }
        #expect(reports.count > 3)
        #expect(reports.allSatisfy { $0.1 == trained.tokenCount * 3 })
        #expect(zip(reports, reports.dropFirst()).allSatisfy { $0.0 <= $1.0 })
        #expect(reports.last.map { $0.0 * 10 > trained.tokenCount * 3 * 7 } == true)
    }

    @Test(arguments: [1, 2], [0, 3])
    func `training can be cancelled`(threads: Int, after calls: Int) throws {
        let folder = try TemporaryFolder()
        var parameters = FastTextTrainerTests.small
        parameters.epochs = 10_000
        parameters.threads = threads
        let left = Atomic<Int>(calls)
        let monitor = WorkMonitor(
            report: { _, _ in }, isCancelled: { left.wrappingSubtract(1, ordering: .relaxed).newValue < 0 })
        #expect(throws: CancellationError.self) {
            try FastTextTrainer(parameters).train(on: try stream(folder), monitor: monitor)
        }
        #expect(folder.entries.isEmpty)
    }

    @Test(
        arguments: [
            ([], 10), (["a b c"], 2), (["a a a a", "a a a a"], 3), (["", "", "", ""], 2), (["a b a b"], 100),
        ] as [([String], Int)])
    func `text without two frequent tokens is an error that says what to do`(documents: [String], minimum: Int) throws {
        let folder = try TemporaryFolder()
        let file = try TokenStreamFile(in: folder.path)
        var lines = TokenLines()
        for document in documents { lines.appendDocument(document.split(separator: " ").map { TokenText(String($0)) }) }
        try file.append(lines)
        var parameters = FastTextTrainerTests.small
        parameters.minimumCount = minimum
        let error = #expect(throws: EmbeddingError.self) { try FastTextTrainer(parameters).train(on: file) }
        #expect(error?.code == .tooFewTokens)
        #expect(
            error?.description
                == "the corpus has \(file.tokenCount + file.documentCount) tokens and line ends, but not two "
                + "different ones that occur \(minimum) times or more: train on more text, or with a lower minimum count"
        )
    }

    @Test func `parameters that fastText could not stand are refused`() throws {
        let folder = try TemporaryFolder()
        let file = try stream(folder)
        let changes: [(inout FastTextParameters) -> Void] = [
            { $0.dimension = 0 }, { $0.epochs = 0 }, { $0.minimumCount = 0 }, { $0.negatives = 0 }, { $0.window = 0 },
            { $0.buckets = 0 }, { $0.threads = 0 }, { $0.seed = -1 }, { $0.learningRate = 0 },
            { $0.learningRate = .nan }, { $0.longestNGram = 1 << 40 },
        ]
        for change in changes {
            var parameters = FastTextTrainerTests.small
            change(&parameters)
            #expect(throws: EmbeddingError.self) { try FastTextTrainer(parameters).train(on: file) }
        }
        var wild = FastTextTrainerTests.small
        wild.learningRate = 1e30
        let error = #expect(throws: EmbeddingError.self) { try FastTextTrainer(wild).train(on: file) }
        #expect(error?.message.contains("diverged") == true)
    }

    @Test func `a model is not saved over a file unless that is asked for, nor half`() throws {
        let folder = try TemporaryFolder()
        let trained = try FastTextTrainer(FastTextTrainerTests.small).train(on: stream(folder))
        let path = try folder.write("model.bin", "mine")
        #expect(throws: EmbeddingError.self) { try trained.save(to: path) }
        #expect(try folder.read("model.bin") == Array("mine".utf8))
        try trained.save(to: path, replacingExisting: true)
        #expect(try FastTextModel(path).wordCount == trained.wordCount)
        #expect(throws: EmbeddingError.self) { try trained.save(to: folder.path.appending("no/such/folder.bin")) }
        #expect(folder.entries == ["model.bin"])
    }
}
