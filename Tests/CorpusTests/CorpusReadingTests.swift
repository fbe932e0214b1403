import Corpus
import Parallel
import SystemPackage
import TestSupport
import Testing

/// All documents of a corpus, and where each came from, as "file:line".
func documents(_ paths: [FilePath], bytes: Int = 1 << 20) throws -> (texts: [String], places: [String]) {
    var texts: [String] = []
    var places: [String] = []
    try Corpus(paths).forEachBatch(bytes: bytes) { batch in
        for index in 0..<batch.count {
            texts.append(String(decoding: batch.document(index), as: UTF8.self))
            places.append("\(batch.files[index]):\(batch.lines[index])")
        }
    }
    return (texts, places)
}

@Suite struct CorpusReadingTests {
    static let packed = [
        "documents.txt", "one-member.txt.gz", "members.txt.gz", "padded.txt.gz", "one-frame.txt.zst", "frames.txt.zst",
        "documents.jsonl.gz",
    ]

    @Test(arguments: packed)
    func `every packing of the same documents reads the same`(name: String) throws {
        let folder = Fixture.folder.appending("corpus")
        let expected = try Fixture("corpus/documents.txt").lines.map { String(decoding: $0, as: UTF8.self) }
        let digest = try String(decoding: Fixture("corpus/documents.sha256").bytes.dropLast(), as: UTF8.self)
        let path = folder.appending(name)
        for size in [1, 100, 1 << 20] {
            let read = try documents([path], bytes: size)
            #expect(read.texts.map { Array($0.utf8) } == expected.map { Array($0.utf8) })
            #expect(read.places == (1...expected.count).map { "0:\($0)" })
        }
        let named = try Corpus([path]).digest()
        #expect(named.documentCount == expected.count)
        #expect(named.digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == digest)
    }

    @Test func `batches end after about the bytes asked for and never inside a document`() throws {
        let path = Fixture.folder.appending("corpus").appending("documents.txt")
        var sizes: [Int] = []
        try Corpus([path]).forEachBatch(bytes: 1000) { sizes.append($0.bytes.count) }
        #expect(sizes.count > 10)
        #expect(sizes.allSatisfy { $0 < 1200 })
    }

    @Test(arguments: [
        ("a\nb\n", ["a", "b"]), ("a\nb", ["a", "b"]), ("a\r\nb\r\n", ["a", "b"]), ("\n", [""]),
        ("\n\na\n\n", ["", "", "a", ""]),
        ("\u{FEFF}a\nb", ["a", "b"]), ("a\n\u{FEFF}b", ["a", "\u{FEFF}b"]), ("\u{FEFF}\n", [""]), ("a\rb\n", ["a\rb"]),
        ("\0\n", ["\0"]), ("\r\n\r\n", ["", ""]), ("a\u{2028}b\u{85}c\u{0B}d", ["a\u{2028}b\u{85}c\u{0B}d"]),
    ])
    func `a line of text is a document`(text: String, expected: [String]) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.txt", text)
        #expect(try documents([path]).texts.map { Array($0.utf8) } == expected.map { Array($0.utf8) })
    }

    @Test func `a line of JSON is a document, whatever else the object holds`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            "a.jsonl",
            #"{"text": "a\nb"}"# + "\r\n" + #"{"id": [1, {"text": "no"}], "text": "\u00e9\ud83d\ude42"}"# + "\n \n"
                + #"  {"text":""}  "#)
        let read = try documents([path])
        #expect(read.texts == ["a\nb", "é🙂", ""])
        #expect(read.places == ["0:1", "0:2", "0:4"])
    }

    @Test func `files are read in the order given, and a document does not run over from one to the next`() throws {
        let folder = try TemporaryFolder()
        let a = try folder.write("a.txt", "1\n2")
        let b = try folder.write("b.json", #"{"text": "3"}"#)
        let read = try documents([b, a, b])
        #expect(read.texts == ["3", "1", "2", "3"])
        #expect(read.places == ["0:1", "1:1", "1:2", "2:1"])
    }

    @Test func `the digest depends on where documents end and not on how files are cut`() throws {
        let folder = try TemporaryFolder()
        func digest(_ texts: String...) throws -> [UInt8] {
            let paths = try texts.enumerated().map { try folder.write("\($0.offset).txt", $0.element) }
            return try Corpus(paths).digest().digest
        }
        #expect(try digest("a\nbc\n") == digest("a", "bc"))
        #expect(try digest("a\nbc\n") != digest("ab\nc\n"))
        #expect(try digest("a\n") != digest("a\n\n"))
    }

    @Test func `progress ends at the size of all files, and work can be cancelled`() throws {
        let folder = Fixture.folder.appending("corpus")
        let corpus = try Corpus([folder.appending("members.txt.gz"), folder.appending("documents.txt")])
        let last = Recorder()
        try corpus.forEachBatch(monitor: WorkMonitor(report: { last.record($0, $1) }, isCancelled: { false })) { _ in }
        #expect(last.value?.completed == corpus.byteCount)
        #expect(last.value?.total == corpus.byteCount)
        #expect(throws: CancellationError.self) {
            try corpus.forEachBatch(monitor: WorkMonitor(report: { _, _ in }, isCancelled: { true })) { _ in }
        }
    }

    @Test func `a pipe is read once, to its end`() throws {
        let (reading, writing) = try FileDescriptor.pipe()
        try writing.closeAfter { _ = try writing.writeAll("a\nb\n".utf8) }
        try reading.closeAfter {
            let path = FilePath("/proc/self/fd/\(reading.rawValue)")
            let corpus = try Corpus([path])
            #expect(!corpus.isRereadable)
            #expect(try corpus.digest().documentCount == 2)
        }
        #expect(try Corpus(["-"]).isRereadable == false)
    }

    @Test func `an error of the body ends the reading`() throws {
        let corpus = try Corpus([Fixture.folder.appending("corpus").appending("documents.txt")])
        #expect(throws: Errno.noSpace) { try corpus.forEachBatch { _ in throw Errno.noSpace } }
    }
}
