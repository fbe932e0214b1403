import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import StaticEmbeddings

@Suite struct AuxiliaryCacheTests {
    private static func key(
        _ tokenizer: [[UInt8]] = [[1, 2], [3]], _ corpus: [UInt8] = [4],
        _ change: (inout FastTextParameters) -> Void = { _ in }
    ) -> AuxiliaryCache.Key {
        var parameters = CBOWTrainerTests.small
        change(&parameters)
        return AuxiliaryCache.Key(tokenizer: tokenizer, corpus: corpus, parameters: parameters)
    }

    private func trained(_ folder: TemporaryFolder) throws -> TrainedVectors {
        try CBOWTrainerTests.trained(folder)
    }

    @Test func `another byte or parameter is another key`() {
        let keys = [
            Self.key(), Self.key([[1], [2, 3]]), Self.key([[1, 2, 3]]), Self.key([[1, 2]]),
            Self.key([[1, 2], [3]], [5]),
            Self.key { $0.dimension = 11 }, Self.key { $0.epochs = 4 }, Self.key { $0.minimumCount = 4 },
            Self.key { $0.learningRate = 0.06 }, Self.key { $0.epochs = nil },
            Self.key { $0.minimumCount = nil }, Self.key { $0.seed = 1 },
        ]
        #expect(Set(keys).count == keys.count)
        #expect(Self.key() == Self.key())
        #expect(keys.allSatisfy { $0.name.count == 64 })
    }

    @Test func `what was stored is found again`() throws {
        let folder = try TemporaryFolder()
        let cache = AuxiliaryCache(folder.path.appending("a/b"))
        #expect(cache.vectors(for: Self.key()) == nil)
        let trained = try trained(folder)
        try cache.store(trained, for: Self.key())
        let found = try #require(cache.vectors(for: Self.key()))
        #expect(found.words == trained.dictionary.words)
        for (number, word) in found.words.enumerated() {
            #expect(found.vector(of: word) == trained.model.vector(of: number))
        }
        #expect(cache.vectors(for: Self.key { $0.seed = 1 }) == nil)
        #expect(cache.path(of: Self.key()).lastComponent?.string == "auxiliary-\(Self.key().name).bin")
    }

    @Test func `a damaged file is not used, and is replaced`() throws {
        let folder = try TemporaryFolder()
        let cache = AuxiliaryCache(folder.path)
        let model = try trained(folder)
        try cache.store(model, for: Self.key())
        let name = "auxiliary-\(Self.key().name).bin"
        let whole = try folder.read(name)
        for position in stride(from: 0, to: whole.count, by: 997) {
            var bytes = whole
            bytes[position] ^= 1
            try folder.write(name, bytes)
            #expect(cache.vectors(for: Self.key()) == nil, "\(position)")
        }
        for length in [0, 31, 32, 100, whole.count - 1] {
            try folder.write(name, Array(whole[..<length]))
            #expect(cache.vectors(for: Self.key()) == nil)
        }
        try cache.store(model, for: Self.key())
        #expect(cache.vectors(for: Self.key()) != nil)
        #expect(folder.entries == [name])
    }

    @Test func `a file that others may write is not used, and is replaced by one that they may not`() throws {
        let folder = try TemporaryFolder()
        let cache = AuxiliaryCache(folder.path)
        let model = try trained(folder)
        try cache.store(model, for: Self.key())
        let path = cache.path(of: Self.key())
        for mode in [0o664, 0o646] {
            #expect(unsafe chmod(path.string, mode_t(mode)) == 0)
            var said: [String] = []
            #expect(cache.vectors(for: Self.key()) { said.append($0) } == nil)
            #expect(said.count == 1 && said[0].contains(path.string) && said[0].contains("may write"), "\(said)")
        }
        try cache.store(model, for: Self.key())
        #expect(cache.vectors(for: Self.key()) { Issue.record("said \($0)") } != nil)
    }

    @Test func `a folder that others may write is not used`() throws {
        let folder = try TemporaryFolder()
        let cache = AuxiliaryCache(folder.path.appending("cache"))
        let model = try trained(folder)
        try cache.store(model, for: Self.key())
        for mode in [0o775, 0o1777] {
            #expect(unsafe chmod(cache.folder.string, mode_t(mode)) == 0)
            var said: [String] = []
            #expect(cache.vectors(for: Self.key()) { said.append($0) } == nil)
            #expect(said.count == 1 && said[0].contains(cache.folder.string), "\(said)")
            #expect(throws: EmbeddingError.self) { try cache.store(model, for: Self.key()) }
        }
    }
}
