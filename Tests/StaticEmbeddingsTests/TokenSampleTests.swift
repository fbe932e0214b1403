@testable import StaticEmbeddings
import TestSupport
import Testing
import Vocabularies

/// Samples of documents.
@Suite struct TokenSampleTests {
    private typealias Document = [TokenText]

    private func file(_ folder: TemporaryFolder, _ documents: [Document]) throws -> TokenStreamFile {
        try CBOWTrainerTests.stream(folder, documents)
    }

    /// The documents of a stream.
    private func documents(of file: TokenStreamFile) throws -> [Document] {
        let stream = try file.finished()
        var documents: [Document] = [[]]
        unsafe stream.withIDs(0..<stream.count) { ids in
            for index in ids.indices {
                let id = unsafe ids[index]
                if id == TokenLines.lineEnd {
                    documents.append([])
                } else if let text = file.text(of: Int(id)) {
                    documents[documents.count - 1].append(text)
                }
            }
        }
        return documents.dropLast()
    }

    @Test(arguments: [0, 1, 50, 1000, 5000])
    func `a sample has whole documents in their order, and no more tokens than allowed`(limit: Int) throws {
        let folder = try TemporaryFolder()
        let all = try CBOWTrainerTests.documents()
        let sample = try file(folder, all).sample(of: limit, in: folder.path)
        let taken = try documents(of: sample)
        #expect(sample.tokenCount + sample.documentCount <= limit)
        #expect(sample.documentCount == taken.count)
        #expect(sample.tokenCount == taken.reduce(0) { $0 + $1.count })
        #expect(sample.counts.reduce(0, +) == sample.tokenCount + sample.documentCount)
        if limit >= 1000 { #expect(Double(sample.tokenCount + sample.documentCount) > 0.7 * Double(limit)) }
        let chosen = Set(taken)
        #expect(all.filter(chosen.contains) == taken)
        #expect(folder.entries.isEmpty)
    }

    @Test func `a text that is no longer is taken as it is`() throws {
        let folder = try TemporaryFolder()
        let all = try file(folder, CBOWTrainerTests.documents())
        let count = all.tokenCount + all.documentCount
        #expect(try all.sample(of: count, in: folder.path) === all)
        #expect(try all.sample(of: count - 1, in: folder.path) !== all)
    }

    @Test(arguments: [300, 3000])
    func `which documents are taken does not depend on their order`(limit: Int) throws {
        let folder = try TemporaryFolder()
        let all = try CBOWTrainerTests.documents()
        let orders = [all, all.reversed(), Array(all[100...] + all[..<100])]
        let samples = try orders.map { try documents(of: file(folder, $0).sample(of: limit, in: folder.path)) }
        #expect(samples[0].count > 3)
        #expect(Set(samples[1]) == Set(samples[0]) && Set(samples[2]) == Set(samples[0]))
        #expect(samples[1] == samples[0].reversed())
    }

    @Test func `ids of a vocabulary and tokens as text stand for themselves`() throws {
        let folder = try TemporaryFolder()
        let all = try CBOWTrainerTests.documents()
        let known = Set(all.joined()).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }.prefix(20)
        let vocabulary = try Vocabulary(tokens: known.enumerated().map { ($0, $1) }, spelling: .plain)
        func sample(_ documents: [Document]) throws -> Set<Document> {
            let file = try TokenStreamFile(in: folder.path, vocabulary: vocabulary)
            var lines = TokenLines()
            for document in documents { lines.appendDocument(document) }
            try file.append(lines)
            return Set(try self.documents(of: file.sample(of: 2000, in: folder.path)))
        }
        // The tokens that are in no vocabulary come in another order, and have other numbers.
        #expect(try sample(all) == sample(all.reversed()))
    }

    @Test func `a sample can be trained on`() throws {
        let folder = try TemporaryFolder()
        let sample = try file(folder, CBOWTrainerTests.documents()).sample(of: 4000, in: folder.path)
        let trained = try CBOWTrainer(CBOWTrainerTests.small).train(on: sample)
        #expect(trained.tokenCount <= sample.tokenCount + sample.documentCount)
        #expect(trained.wordCount > 10)
    }
}
