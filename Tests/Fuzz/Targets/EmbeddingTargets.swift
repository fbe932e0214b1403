internal import StaticEmbeddings
internal import Vocabularies

extension FuzzTarget {
    /// A fastText model.
    static let fastTextModel = FuzzTarget(
        "fasttext-bin",
        words: ["\u{BA}\u{16}\u{4F}\u{2F}\u{C}", "</s>", "\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}"],
        seeds: {
            [
                smallModel(words: ["</s>", "der", "gr\u{FC}n"], labels: [], buckets: 3),
                smallModel(words: ["a"], labels: ["__label__x"], buckets: 0),
            ]
        },
        { bytes, folder in try check(FastTextModel(folder.place("x.bin", bytes))) { $0.words } })

    /// A text file of vectors.
    static let vectorText = FuzzTarget(
        "fasttext-vec", words: ["\n", " ", "\r\n", "nan", "inf", "-1e-45", "0x1p-3", "1e400", "\u{C2}\u{A0}"],
        seeds: {
            try FuzzSeed.fixtures("fasttext", ".vec.gz", unpacking: true) + [
                FuzzSeed("small", "3 2\nder 0.5 -1e-3 \ndie 1 2\ngr\u{FC}n 3.25 4\n")
            ]
        },
        { bytes, folder in try check(VectorTextFile(folder.place("x.vec", bytes))) { $0.words } })

    private static func check<Vectors: WordVectors>(_ vectors: Vectors, _ words: (Vectors) -> [TokenText]) throws {
        let words = words(vectors)
        try FuzzFinding.unless(words.count == vectors.wordCount, "\(words.count) of \(vectors.wordCount) words")
        for word in words.prefix(16) {
            try FuzzFinding.unless(vectors.contains(word), "'\(word)' is listed, but not found")
            // A vector of text may hold what is no number.
            guard let vector = try vectors.vector(of: word) else { throw FuzzFinding("'\(word)' has no vector") }
            try FuzzFinding.unless(vector.count == vectors.dimension, "'\(word)' has \(vector.count) elements")
        }
        _ = try vectors.vector(of: "nicht\u{F6}da")
        _ = try vectors.vector(of: TokenText([]))
        _ = try vectors.vector(of: TokenText([0xFF, 0x80, 0x20, 0x00]))
    }

    /// A model of two-element vectors, written out byte by byte.
    private static func smallModel(words: [String], labels: [String], buckets: Int) -> FuzzSeed {
        func number<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
            (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> Value(8 * $0)) }
        }
        let entries = words.count + labels.count
        // Magic, version; dimension, window, epochs, minimum counts, negatives, word n-grams, loss, kind; buckets,
        // n-grams.
        let arguments: [Int32] = [
            793_712_314, 12, 2, 5, 5, 1, 5, 1, 2, labels.isEmpty ? 1 : 3, Int32(buckets), 3, buckets > 0 ? 6 : 0, 100,
        ]
        var bytes = arguments.flatMap { number($0) } + number(Double(0.0001).bitPattern)
        bytes +=
            [Int32(entries), Int32(words.count), Int32(labels.count)].flatMap { number($0) } + number(Int64(20))
            + number(Int64(-1))
        for (index, text) in (words + labels).enumerated() {
            bytes += Array(text.utf8) + [0] + number(Int64(9)) + [index < words.count ? 0 : 1]
        }
        for rows in [words.count + buckets, entries] {
            bytes += [0] + number(Int64(rows)) + number(Int64(2))
            bytes += (0..<rows * 2).flatMap { number((Float($0) / 4).bitPattern) }
        }
        return FuzzSeed("words-\(words.count)", bytes)
    }
}
