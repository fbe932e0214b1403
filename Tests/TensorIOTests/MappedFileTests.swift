import Glibc
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// Bytes of files in memory.
struct MappedFileTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `all bytes are lent in order, in bounded spans`() throws {
        let chunk = MappedFile.chunkSize
        var bytes = [UInt8](repeating: 0, count: chunk * 3 + 17)
        let marks = [0, 4, 5, chunk, chunk + 4, chunk + 5, chunk * 2, chunk * 3, chunk * 3 + 16]
        for position in marks {
            bytes[position] = UInt8(truncatingIfNeeded: position / chunk * 20 + position % chunk + 1)
        }
        let file = try MappedFile(try folder.write("file", bytes))
        var sizes: [Int] = []
        var lent: [UInt8] = []
        file.lend(5..<bytes.count) { span in
            sizes.append(span.byteCount)
            lent += span.copied
        }
        #expect(lent.count == bytes.count - 5)
        for mark in marks where mark >= 5 { #expect(lent[mark - 5] == bytes[mark]) }
        #expect(sizes == [MappedFile.chunkSize, MappedFile.chunkSize, MappedFile.chunkSize, 12])
    }

    @Test func `small parts are the bytes that were mapped, even when another file has taken the name`() throws {
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 256) }
        let path = try folder.write("file", bytes)
        let (early, late) = (try MappedFile(path), try MappedFile(path))
        func parts(of file: MappedFile) -> [[UInt8]] {
            [0..<1, 7..<4099, 99_998..<100_000, 5..<5].map { range in
                var part = [UInt8](repeating: 0, count: range.count)
                unsafe part.withUnsafeMutableBytes { unsafe file.copy(range, to: $0) }
                return part
            }
        }
        let expected = [Array(bytes[0..<1]), Array(bytes[7..<4099]), Array(bytes[99_998...]), []]
        #expect(parts(of: early) == expected)
        let other = try folder.write("other", [UInt8](repeating: 0xFF, count: bytes.count))
        #expect(unsafe rename(other.string, path.string) == 0)
        #expect(parts(of: early) == expected)
        #expect(parts(of: late) == expected)
    }

    @Test func `pages that were given back are there again when asked for`() throws {
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let file = try MappedFile(try folder.write("file", bytes))
        for range in [0..<100_000, 5000..<9000, 0..<0, 99_999..<100_000] {
            file.release(range)
            #expect(file.withBytes { $0.copied } == bytes)
        }
    }

    @Test func `an empty file has no bytes`() throws {
        let file = try MappedFile(try folder.write("empty", []))
        #expect(file.byteCount == 0)
        #expect(file.withBytes { $0.copied } == [])
        file.lend(0..<0) { _ in Issue.record("nothing to lend") }
        file.release(0..<0)
    }

    @Test(.timeLimit(.minutes(5))) func `a pipe is refused without waiting for a writer`() throws {
        let pipe = folder.path.appending("pipe")
        #expect(unsafe mkfifo(pipe.string, 0o600) == 0)
        let error = #expect(throws: FormatError.self) { try MappedFile(pipe) }
        #expect("\(error!)".contains("is a pipe"))
    }

    @Test(arguments: [("/dev/null", "not a regular file"), ("/", "folder"), ("/nowhere", "no such file")])
    func `what is no file is an error in words`(path: String, words: String) {
        let error = #expect(throws: FormatError.self) { try MappedFile(FilePath(path)) }
        #expect("\(error!)".contains(words))
        #expect("\(error!)".contains("'\(path)'"))
    }
}
