internal import Checkpoints
internal import Digests
internal import Focus
internal import Parallel
internal import SystemPackage
internal import TensorIO
internal import Vocabularies

extension FuzzTarget {
    /// A file of counts, whose digest is made to fit, so that what is behind it is reached.
    static let counts = FuzzTarget(
        "counts",
        words: [
            "focuscnt", "{\"text\":\"", "\"}\n", "\u{1}\0\0\0\0\0\0\0", "\0\0\0\0\0\0\0\0",
            "\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}",
        ],
        seeds: { [seed("whole", shard: 1, of: 1), seed("shard", shard: 2, of: 3)] },
        { bytes, folder in
            let path = try folder.place("x.counts", sealed(bytes))
            let file = try CountsFile(path)
            try file.verify(monitor: .none)
            let vocabulary = try Vocabulary(
                tokens: ["a", "b", "c"].enumerated().map { (id: $0, text: TokenText($1)) }, spelling: .plain)
            try file.checkContents(of: vocabulary)
            let merged = try folder.place("y.counts", nil)
            let whole = try CountsMerge([path]).run(to: merged, replacingExisting: true, stages: .init())
            try FuzzFinding.unless(whole.size == file.size, "merged, it is another")
        })

    private static func sealed(_ bytes: [UInt8]) -> [UInt8] {
        let body = Array(bytes.dropLast(32))
        var hash = SHA256()
        hash.update(body)
        return body + hash.digest
    }

    /// Two documents of a vocabulary of three tokens, and of one token that it has not.
    private static func seed(_ name: String, shard: Int, of count: Int) -> FuzzSeed {
        func number(_ value: Int, _ width: Int = 8) -> [UInt8] {
            (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        let beginning = Array("{\"text\":\"ab\"}\n{\"text\":\"c d\"}\n".utf8)
        var bytes = Array("focuscnt".utf8) + [1, shard, count].flatMap { number($0) }
        bytes += [UInt8](repeating: 7, count: 96)
        bytes += [2, 4, 5, 5, 3, 2, 1, 5, beginning.count].flatMap { number($0) }
        bytes += [UInt8](repeating: 0, count: 56)
        bytes += [1, 1, 1, 2, 3].flatMap { number($0) }
        bytes += [1, 2, 0, 3, 4, 0].flatMap { number($0, 4) }
        bytes += number(1, 4) + Array("d".utf8) + beginning
        return FuzzSeed(name, sealed(bytes + [UInt8](repeating: 0, count: 32)))
    }
}
