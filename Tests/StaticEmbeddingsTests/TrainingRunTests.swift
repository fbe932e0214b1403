@testable import StaticEmbeddings
import Parallel
import Synchronization
import SystemPackage
import TestSupport
import Testing
import Vocabularies

/// What a run of training tells, how it ends, and what it refuses.
@Suite struct TrainingRunTests {
    @Test func `progress rises to the end, and counts all epochs`() throws {
        let folder = try TemporaryFolder()
        let seen = Mutex<[(Int, Int?)]>([])
        let monitor = WorkMonitor(
            report: { done, total in seen.withLock { $0.append((done, total)) } }, isCancelled: { false })
        let trained = try CBOWTrainerTests.trained(folder, monitor: monitor)
        let reports = seen.withLock { $0 }
        #expect(reports.count > 3)
        #expect(reports.allSatisfy { $0.1 == trained.tokenCount * 3 })
        #expect(zip(reports, reports.dropFirst()).allSatisfy { $0.0 < $1.0 })
        #expect(reports.last?.0 == trained.tokenCount * 3)
    }

    @Test(arguments: [1, 2], [0, 3])
    func `training can be cancelled`(threads: Int, after calls: Int) throws {
        let folder = try TemporaryFolder()
        var parameters = CBOWTrainerTests.small
        parameters.epochs = 10_000
        let left = Atomic<Int>(calls)
        let monitor = WorkMonitor(
            report: { _, _ in }, isCancelled: { left.wrappingSubtract(1, ordering: .relaxed).newValue < 0 })
        #expect(throws: CancellationError.self) {
            _ = try CBOWTrainerTests.trained(folder, parameters, threads: threads, monitor: monitor)
        }
        #expect(folder.entries.isEmpty)
    }

    @Test(
        arguments: [
            ([], 10), (["a b c"], 2), (["a a a a", "a a a a"], 3), (["", "", "", ""], 2), (["a b a b"], 100),
        ] as [([String], Int)])
    func `text without two frequent tokens is an error that says what to do`(documents: [String], minimum: Int) throws {
        let folder = try TemporaryFolder()
        let file = try CBOWTrainerTests.stream(
            folder, documents.map { $0.split(separator: " ").map { TokenText(String($0)) } })
        var parameters = CBOWTrainerTests.small
        parameters.minimumCount = minimum
        let error = #expect(throws: EmbeddingError.self) { try CBOWTrainer(parameters).train(on: file) }
        #expect(error?.code == .tooFewTokens)
        #expect(
            error?.description
                == "the corpus has \(file.tokenCount + file.documentCount) tokens and line ends, but not two "
                + "different ones that occur \(minimum) times or more: train on more text, or with a lower "
                + "minimum count"
        )
    }

    @Test func `two words, one word in a million, and a document without end can be trained on`() throws {
        let folder = try TemporaryFolder()
        var parameters = CBOWTrainerTests.small
        parameters.minimumCount = 1
        for document in [
            ["a", "b"], Array(repeating: "a", count: 100_000) + ["b"], Array(repeating: "</s>", count: 9) + ["x"],
        ] {
            let file = try CBOWTrainerTests.stream(folder, [document.map { TokenText($0) }])
            #expect(try CBOWTrainer(parameters).train(on: file).wordCount <= 3)
        }
    }

    @Test func `parameters that make no sense are refused`() throws {
        let folder = try TemporaryFolder()
        let changes: [(inout FastTextParameters) -> Void] = [
            { $0.dimension = 0 }, { $0.epochs = 0 }, { $0.minimumCount = 0 }, { $0.negatives = 0 }, { $0.window = 0 },
            { $0.buckets = 0 }, { $0.seed = -1 }, { $0.learningRate = 0 }, { $0.learningRate = .nan },
            { $0.longestNGram = 1 << 40 },
        ]
        for change in changes {
            var parameters = CBOWTrainerTests.small
            change(&parameters)
            #expect(throws: EmbeddingError.self) { try CBOWTrainerTests.trained(folder, parameters) }
        }
        var wild = CBOWTrainerTests.small
        wild.learningRate = 1e30
        let error = #expect(throws: EmbeddingError.self) { try CBOWTrainerTests.trained(folder, wild) }
        #expect(error?.message.contains("diverged") == true)
    }

    @Test func `a model is not saved over a file unless that is asked for, nor half`() throws {
        let folder = try TemporaryFolder()
        let trained = try CBOWTrainerTests.trained(folder)
        let path = try folder.write("model.bin", "mine")
        #expect(throws: EmbeddingError.self) { try trained.save(to: path) }
        #expect(try folder.read("model.bin") == Array("mine".utf8))
        try trained.save(to: path, replacingExisting: true)
        #expect(try FastTextModel(path).wordCount == trained.wordCount)
        #expect(throws: EmbeddingError.self) { try trained.save(to: folder.path.appending("no/such/folder.bin")) }
        #expect(folder.entries == ["model.bin"])
    }
}
