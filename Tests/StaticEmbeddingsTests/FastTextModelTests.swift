import FocusEngine
import Parallel
import StaticEmbeddings
import SystemPackage
import TestSupport
import Testing
import Vocabularies

@Suite struct FastTextModelTests {
    @Test(arguments: ["cbow", "short-ngrams", "no-ngrams", "labels"])
    func `vectors have the bits that the Python package gives`(name: String) throws {
        let folder = try TemporaryFolder()
        let model = try FastTextModel(try folder.fastTextFixture("\(name).bin"))
        #expect(model.dimension == 10)
        let golden = try GoldenVector.all(name)
        #expect(golden.count > 60)
        for expected in golden {
            #expect(model.contains(expected.word) == expected.isKnown, "\(expected.word)")
            let vector = model.vector(of: expected.word) ?? Array(repeating: 0, count: 10)
            #expect(vector.map(\.bitPattern) == expected.bits, "\(expected.word)")
        }
    }

    @Test(arguments: ["cbow", "short-ngrams", "no-ngrams", "labels"], [1, 2])
    func `many vectors have the bits that each has alone`(name: String, threads: Int) throws {
        let folder = try TemporaryFolder()
        let model = try FastTextModel(try folder.fastTextFixture("\(name).bin"))
        let golden = try GoldenVector.all(name)
        // More words than one thread takes at a time.
        let words = (0..<5000).map { (id: $0 * 2, text: golden[$0 % golden.count].word) }
        let found = model.vectors(of: words, workers: Workers(count: threads))
        var alone = AuxiliaryVectors(dimension: model.dimension)
        for (id, text) in words {
            if let vector = model.vector(of: text) { alone.append(id: id, vector: vector) }
        }
        #expect(found.ids == alone.ids)
        #expect(found.values.map(\.bitPattern) == alone.values.map(\.bitPattern))
    }

    @Test func `the dictionary is that of the Python package, in its order`() throws {
        let folder = try TemporaryFolder()
        let model = try FastTextModel(try folder.fastTextFixture("cbow.bin"))
        #expect(model.words.map(\.bytes) == (try Fixture("fasttext/cbow.words").lines))
        #expect(model.wordCount == model.words.count)
    }

    @Test func `a word without rows has no vector`() throws {
        let folder = try TemporaryFolder()
        let model = try FastTextModel(try folder.fastTextFixture("no-ngrams.bin"))
        #expect(model.vector(of: "unbekannt") == nil)
        #expect(try FastTextModel(try folder.fastTextFixture("cbow.bin")).vector(of: "") == nil)
    }

    @Test(arguments: ["quantized.ftz", "pruned.ftz"])
    func `a quantized model is refused by name`(name: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.fastTextFixture(name)
        let error = #expect(throws: EmbeddingError.self) { try FastTextModel(path) }
        #expect(error?.code == .unsupported)
        #expect(error?.path == path)
    }

    @Test(arguments: ["cbow", "labels"])
    func `a model that is cut short, or goes on, is refused at every length`(name: String) throws {
        let folder = try TemporaryFolder()
        let whole = try Fixture("fasttext/\(name).bin").bytes
        let lengths = Array(0..<130) + (0..<60).map { $0 * whole.count / 60 } + (1...20).map { whole.count - $0 }
        for length in lengths where length < whole.count {
            let path = try folder.write("cut.bin", Array(whole[..<length]))
            let error = #expect(throws: EmbeddingError.self, "\(length)") { try FastTextModel(path) }
            #expect(error?.code == (length < 4 ? .unrecognized : .truncated), "\(length)")
        }
        let longer = try folder.write("longer.bin", whole + [0])
        #expect(throws: EmbeddingError.self) { try FastTextModel(longer) }
    }

    @Test func `a flipped byte in the header is an error or a model that can be read`() throws {
        let folder = try TemporaryFolder()
        let whole = try Fixture("fasttext/cbow.bin").bytes
        var refused = 0
        for position in 0..<140 {
            for flip in [0x01, 0x80, 0xFF] as [UInt8] {
                var bytes = whole
                bytes[position] ^= flip
                do {
                    let model = try FastTextModel(try folder.write("flipped.bin", bytes))
                    _ = model.vector(of: "unbekannt")
                    _ = model.contains(",")
                } catch let error as EmbeddingError {
                    #expect(error.path != nil)
                    refused += 1
                }
            }
        }
        #expect(refused > 100)
    }

    @Test(arguments: [
        (8, Int32.max), (8, 0), (8, -1), (40, Int32.max), (40, -5), (40, 0), (48, Int32.max), (64, Int32.max), (64, -1),
        (68, Int32.max), (68, Int32.min), (72, Int32.max), (72, -1),
    ])
    func `an absurd count is refused before anything is made of it`(offset: Int, value: Int32) throws {
        let folder = try TemporaryFolder()
        var bytes = try Fixture("fasttext/cbow.bin").bytes
        for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * Int32(index))) }
        let path = try folder.write("absurd.bin", bytes)
        #expect(throws: EmbeddingError.self) { try FastTextModel(path) }
    }

    @Test func `what is no model is refused with a sentence`() throws {
        let folder = try TemporaryFolder()
        func message(_ name: String, _ text: String) throws -> String {
            let path = try folder.write(name, text)
            let error = #expect(throws: EmbeddingError.self) { try FastTextModel(path) }
            return error?.description.replacing("'\(path)'", with: "FILE") ?? ""
        }
        #expect(
            try message("a.bin", "hello, world")
                == "FILE: is not a fastText model: it does not begin with 0x2F4F16BA (byte 0)")
        #expect(
            try message("b.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
                == "FILE: is a Git LFS pointer, not the file: run git lfs pull")
        #expect(throws: EmbeddingError.self) { try FastTextModel(folder.path.appending("missing.bin")) }
        #expect(throws: EmbeddingError.self) { try FastTextModel(folder.path) }
    }
}
