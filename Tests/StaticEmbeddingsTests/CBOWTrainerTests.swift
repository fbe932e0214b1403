@testable import StaticEmbeddings
import Parallel
import Synchronization
import SystemPackage
import TestSupport
import Testing
import Vocabularies

@Suite struct CBOWTrainerTests {
    /// What the golden models were trained with.
    static var small: FastTextParameters {
        var parameters = FastTextParameters()
        parameters.dimension = 10
        parameters.minimumCount = 3
        parameters.buckets = 500
        return parameters
    }

    /// The golden text.
    static func documents() throws -> [[TokenText]] {
        try Fixture("fasttext/tokens.txt").lines.map { $0.split(separator: 0x20).map { TokenText(Array($0)) } }
    }

    /// Documents as a token stream, in pieces, as several workers would make them.
    static func stream(_ folder: TemporaryFolder, _ documents: [[TokenText]]) throws -> TokenStreamFile {
        let file = try TokenStreamFile(in: folder.path)
        for start in stride(from: 0, to: documents.count, by: 70) {
            var lines = TokenLines()
            for document in documents[start..<min(start + 70, documents.count)] { lines.appendDocument(document) }
            try file.append(lines)
        }
        return file
    }

    static func trained(
        _ folder: TemporaryFolder, _ parameters: FastTextParameters = small, parts: Int? = nil, threads: Int = 1,
        monitor: WorkMonitor = .none
    ) throws -> TrainedVectors {
        var trainer = CBOWTrainer(parameters, workers: Workers(count: threads))
        trainer.parts = parts
        return try trainer.train(on: stream(folder, documents()), monitor: monitor)
    }

    @Test func `the defaults are those of the reference`() {
        let parameters = FastTextParameters()
        #expect(parameters.dimension == 100)
        #expect(parameters.epochs == 3)
        #expect(parameters.minimumCount == 10)
        #expect(parameters.negatives == 10)
        #expect(parameters.buckets == 2_000_000)
    }

    @Test(arguments: ["cbow", "short-ngrams", "no-ngrams"])
    func `the file has the header, the words and the size of the Python package's`(name: String) throws {
        let folder = try TemporaryFolder()
        var parameters = CBOWTrainerTests.small
        if name == "short-ngrams" {
            (parameters.buckets, parameters.shortestNGram, parameters.longestNGram) = (100, 1, 2)
        } else if name == "no-ngrams" {
            (parameters.buckets, parameters.shortestNGram, parameters.longestNGram) = (5, 0, 0)
        }
        let trained = try CBOWTrainerTests.trained(folder, parameters)
        let path = folder.path.appending("model.bin")
        try trained.save(to: path)
        let theirs = try Fixture("fasttext/\(name).bin").bytes
        let ours = try folder.read("model.bin")
        #expect(ours.count == theirs.count)
        #expect(ours[..<92] == theirs[..<92])
        let ourModel = try FastTextModel(path)
        let theirModel = try FastTextModel(try folder.fastTextFixture("\(name).bin"))
        #expect(Set(ourModel.words) == Set(theirModel.words))
        #expect(ourModel.words.count == theirModel.words.count)
        #expect(trained.wordCount == ourModel.wordCount)
    }

    @Test func `the words alone make a small model with the same vectors`() throws {
        let folder = try TemporaryFolder()
        let trained = try CBOWTrainerTests.trained(folder)
        try trained.save(.wordsOnly, to: folder.path.appending("words.bin"))
        try trained.save(to: folder.path.appending("whole.bin"))
        let words = try FastTextModel(folder.path.appending("words.bin"))
        let whole = try FastTextModel(folder.path.appending("whole.bin"))
        #expect(words.words == whole.words)
        for word in whole.words { #expect(words.vector(of: word) == whole.vector(of: word)) }
        #expect(words.vector(of: "unbekannt") == nil)
        #expect(whole.vector(of: "unbekannt") != nil)
    }

    /// Trains the first part for a round.
    static func round(of model: CBOWModel, _ ids: Range<Int>, in stream: TokenStream) {
        unsafe stream.withIDs(ids) { unsafe model.train(part: 0, on: $0, rate: 0.05, lastRate: 0.05) }
        model.moveGroups(shares: 0..<CBOWModel.shareCount)
        model.mergeOutputs(words: 0..<model.wordCount)
    }

    @Test(arguments: [30, 500, 2_000_000])
    func `rows in groups are trained as rows by themselves are`(bucketCount: Int) throws {
        let folder = try TemporaryFolder()
        let parameters = CBOWTrainerTests.small
        let tokens = try CBOWTrainerTests.stream(folder, CBOWTrainerTests.documents())
        let dictionary = TrainingDictionary(of: tokens, minimumCount: 3)
        let rows = NGramRows(of: dictionary, lengths: parameters.nGramLengths, bucketCount: bucketCount)
        let groups = RowGroups(of: rows)
        let alone = RowGroups(
            count: rows.count, groupOfRow: (0..<rows.count).map { UInt32($0) }, starts: rows.starts,
            numbers: rows.numbers)
        #expect(bucketCount < 1_000_000 || groups.count < rows.count * 2 / 3)
        let stream = try tokens.finished()
        let models = try [groups, alone].map { groups in
            let model = try #require(CBOWModel(dictionary, rows, groups, parameters, capacity: 400))
            for round in 0..<10 {
                CBOWTrainerTests.round(of: model, round * 300..<round * 300 + 300, in: stream)
            }
            return model
        }
        let first = try #require(CBOWModel(dictionary, rows, groups, parameters, capacity: 400))
        var moved = 0
        for row in 0..<rows.count {
            let (a, b) = (models[0].row(row), models[1].row(row))
            #expect(zip(a, b).allSatisfy { abs($0 - $1) < 2e-6 })
            if zip(a, first.row(row)).contains(where: { abs($0 - $1) > 1e-3 }) { moved += 1 }
        }
        #expect(moved > rows.count / 2)
    }

    @Test func `a part that has no text in a round moves nothing, though it had some in the round before`() throws {
        let folder = try TemporaryFolder()
        let parameters = CBOWTrainerTests.small
        let tokens = try CBOWTrainerTests.stream(folder, CBOWTrainerTests.documents())
        let dictionary = TrainingDictionary(of: tokens, minimumCount: 3)
        let rows = NGramRows(of: dictionary, lengths: parameters.nGramLengths, bucketCount: parameters.buckets)
        let model = try #require(CBOWModel(dictionary, rows, RowGroups(of: rows), parameters, capacity: 400))
        let stream = try tokens.finished()
        func vectorsAfterRound(of ids: Range<Int>) -> [[Float]] {
            CBOWTrainerTests.round(of: model, ids, in: stream)
            return (0..<model.wordCount).map(model.vector)
        }
        // Output rows are zero at first: only from the second round on do the others move.
        _ = vectorsAfterRound(of: 0..<200)
        let moved = vectorsAfterRound(of: 0..<200)
        #expect(vectorsAfterRound(of: 200..<200) == moved)
        #expect(vectorsAfterRound(of: 0..<200) != moved)
    }

    @Test func `another seed trains another model`() throws {
        let folder = try TemporaryFolder()
        var parameters = CBOWTrainerTests.small
        parameters.seed = 1
        try CBOWTrainerTests.trained(folder).save(.wordsOnly, to: folder.path.appending("a.bin"))
        try CBOWTrainerTests.trained(folder, parameters).save(.wordsOnly, to: folder.path.appending("b.bin"))
        #expect(try folder.read("a.bin") != folder.read("b.bin"))
    }

    @Test func `ids of a vocabulary train the same model as their texts`() throws {
        let folder = try TemporaryFolder()
        let documents = try CBOWTrainerTests.documents()
        // The vocabulary lacks a token, which comes as text.
        var ids: [TokenText: Int] = [:]
        for token in documents.joined() where ids[token] == nil && token != "," { ids[token] = ids.count }
        let vocabulary = try Vocabulary(tokens: ids.map { ($0.value, $0.key) }, spelling: .plain)
        let file = try TokenStreamFile(in: folder.path, vocabulary: vocabulary)
        var lines = TokenLines()
        for (number, document) in documents.enumerated() {
            for token in document {
                if number % 3 > 0, let id = ids[token] { lines.append(id: id) } else { lines.append(token) }
            }
            lines.endDocument()
        }
        try file.append(lines)
        try CBOWTrainer(CBOWTrainerTests.small).train(on: file).save(to: folder.path.appending("ids.bin"))
        let model = try FastTextModel(folder.path.appending("ids.bin"))
        let whole = try FastTextModel(try folder.fastTextFixture("cbow.bin"))
        #expect(Set(model.words) == Set(whole.words))
    }
}
