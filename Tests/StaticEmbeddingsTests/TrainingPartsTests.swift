@testable import StaticEmbeddings
import Parallel
import SystemPackage
import TestSupport
import Testing
import Vocabularies

/// The parts of a text that are trained on at the same time.
@Suite struct TrainingPartsTests {
    @Test(
        arguments: [
            (0, 4), (5_264_498, 4), ((1 << 24) - 1, 4), (1 << 24, 8), ((1 << 25) - 1, 8), (1 << 25, 16),
            (100_000_000, 32), (1 << 27, 64), (250_000_000, 64), (Int.max, 64),
        ] as [(Int, Int)])
    func `their number comes from the text`(tokens: Int, parts: Int) {
        #expect(PartCount.of(tokenCount: tokens, wordCount: 50_000) == parts)
        #expect(PartCount.of(tokenCount: tokens, wordCount: 300) == 4)
        #expect(PartCount.of(tokenCount: tokens, wordCount: 8192) == min(parts, 32))
    }

    @Test(arguments: [4, 8, 16, 64], [2, 3, 7])
    func `any number of threads trains the same model`(parts: Int, threads: Int) throws {
        let folder = try TemporaryFolder()
        try CBOWTrainerTests.trained(folder, parts: parts).save(to: folder.path.appending("one.bin"))
        try CBOWTrainerTests.trained(folder, parts: parts, threads: threads)
            .save(to: folder.path.appending("many.bin"))
        #expect(try folder.read("many.bin") == folder.read("one.bin"))
    }

    @Test func `a small text is in four parts`() throws {
        let folder = try TemporaryFolder()
        let usual = try CBOWTrainerTests.trained(folder)
        #expect(usual.partCount == 4)
        try usual.save(to: folder.path.appending("usual.bin"))
        for parts in [4, 8] {
            try CBOWTrainerTests.trained(folder, parts: parts).save(to: folder.path.appending("\(parts).bin"))
        }
        #expect(try folder.read("4.bin") == folder.read("usual.bin"))
        #expect(try folder.read("8.bin") != folder.read("usual.bin"))
    }

    @Test(arguments: [8, 64])
    func `more parts than documents, and a document longer than a round, are trained on to the end`(parts: Int) throws {
        let folder = try TemporaryFolder()
        let documents = [(0..<70_000).map { TokenText("\($0 * $0 % 61)") }, ["1", "4"], []]
        var trainer = CBOWTrainer(CBOWTrainerTests.small)
        trainer.parts = parts
        let clock = TrainingClock()
        trainer.clock = clock
        let trained = try trainer.train(on: CBOWTrainerTests.stream(folder, documents))
        #expect(clock.phases.reduce(0) { $0 + $1.tokens } == 3 * 70_005)
        #expect(trained.partCount == parts)
    }

    @Test(arguments: [4, 16])
    func `tokens that stand among the same others become neighbours`(parts: Int) throws {
        let folder = try TemporaryFolder()
        var seed: UInt64 = 1
        func random(_ bound: UInt64) -> UInt64 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (seed >> 33) % bound
        }
        // Five subjects of twelve tokens whose letters say nothing.
        let documents = (0..<1500).map { _ -> [TokenText] in
            let subject = random(5)
            return (0..<20).map { _ in TokenText("\((subject * 12 + random(12)) * 7919 % 100_003)") }
        }
        var parameters = CBOWTrainerTests.small
        parameters.epochs = 20
        parameters.samplingThreshold = 1
        parameters.longestNGram = 0
        var trainer = CBOWTrainer(parameters)
        trainer.parts = parts
        let trained = try trainer.train(on: CBOWTrainerTests.stream(folder, documents))
        try trained.save(.wordsOnly, to: folder.path.appending("words.bin"))
        let model = try FastTextModel(folder.path.appending("words.bin"))
        func subject(_ word: TokenText) -> Int? {
            (0..<60).first { word == TokenText("\($0 * 7919 % 100_003)") }.map { $0 / 12 }
        }
        let words = model.words.filter { subject($0) != nil }
        #expect(words.count == 60)
        let vectors = words.map { word -> [Float] in
            let vector = model.vector(of: word) ?? []
            let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return vector.map { $0 / length }
        }
        for (index, word) in words.enumerated() {
            let nearest = words.indices.filter { $0 != index }.max { a, b in
                func cosine(_ other: Int) -> Float {
                    zip(vectors[index], vectors[other]).reduce(0) { $0 + $1.0 * $1.1 }
                }
                return cosine(a) < cosine(b)
            }
            #expect(nearest.map { subject(words[$0]) } == subject(word))
        }
    }
}
