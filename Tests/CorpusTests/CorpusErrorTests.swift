import Corpus
import SystemPackage
import TestSupport
import Testing

@Suite struct CorpusErrorTests {
    /// What reading the file says, without the folder.
    private func message(_ path: FilePath) -> String {
        do {
            _ = try documents([path])
            return "read"
        } catch {
            return "\(error)".replacing("'\(path)'", with: "FILE")
        }
    }

    private func message(_ name: String, _ bytes: [UInt8]) throws -> String {
        let folder = try TemporaryFolder()
        return message(try folder.write(name, bytes))
    }

    @Test(arguments: [
        ("a\nb\u{E9}", [0xC3], 2, 5), ("", [0xFF, 0x61], 1, 0), ("ab\r\n", [0x61, 0xC0, 0x80], 2, 5),
        ("", [0xED, 0xA0, 0x80], 1, 0), ("x\n\n\n", [0xE2, 0x82, 0x0A], 4, 4), ("\u{FEFF}a", [0x80], 1, 4),
    ])
    func `text that is not UTF-8 is named by line and byte`(start: String, bad: [UInt8], line: Int, byte: Int) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.txt", Array(start.utf8) + bad)
        let error = #expect(throws: CorpusError.self) { try documents([path]) }
        #expect(error?.code == .notUTF8)
        #expect(error?.line == line)
        #expect(error?.byteOffset == byte)
        #expect(error?.path == path)
    }

    @Test func `a message is one sentence with the file, the line and the byte`() throws {
        #expect(
            try message("a.txt", [0x61, 0x0A, 0x62, 0xFF])
                == "FILE, line 2: the text is not UTF-8: byte 1 of the line, counted from 0, is 0xFF; "
                + "convert the file with iconv (byte 3)"
        )
        #expect(
            try message("a.jsonl", Array("{\"text\": 1}".utf8)) == "FILE, line 1: \"text\" is not a string (byte 9)")
        #expect(try message("a.txt", []) == "FILE: is empty")
    }

    @Test(arguments: [
        "{", "[]", "\"text\"", "{}", "{\"Text\": \"a\"}", "{\"text\": null}", "{\"text\": \"a\"} x",
        "{\"text\": \"\\ud800\"}",
        "{\"text\": \"a\", \"text\": \"b\"}", "text",
    ])
    func `a line that is no object with a text is named`(line: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.jsonl", "{\"text\": \"fine\"}\n" + line + "\n")
        let error = #expect(throws: CorpusError.self) { try documents([path]) }
        #expect(error?.code == .invalidJSON)
        #expect(error?.line == 2)
    }

    @Test func `files that cannot be read are refused before anything is read`() throws {
        let folder = try TemporaryFolder()
        #expect(throws: CorpusError.self) { try Corpus([]) }
        let cases: [(FilePath, String)] = [
            (folder.path.appending("missing.txt"), "FILE: cannot open: there is no such file"),
            (folder.path, "FILE: cannot read: it is a folder; name the files in it"),
            (try folder.write("empty.txt", ""), "FILE: is empty"),
            (
                try folder.write("lfs.txt", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"),
                "FILE: is a Git LFS pointer, not the file: run git lfs pull"
            ),
            (
                try folder.write("utf16.txt", [0xFF, 0xFE, 0x61, 0x00]),
                "FILE, line 1: is UTF-16, but text must be UTF-8: convert it with iconv -f UTF-16 -t UTF-8 (byte 0)"
            ),
            (
                try folder.write("a.txt.bz2", Array("BZh91AY".utf8)),
                "FILE: is compressed with bzip2, but text must be plain, gzip or zstd: unpack it with bunzip2"
            ),
        ]
        for (path, expected) in cases { #expect(message(path) == expected) }
    }

    @Test(arguments: [("blank.jsonl", Array("\n \n".utf8)), ("mark.txt", [0xEF, 0xBB, 0xBF])])
    func `a corpus with no document is an error`(name: String, bytes: [UInt8]) throws {
        #expect(try message(name, bytes) == "FILE: there is no document at all")
    }

    @Test(arguments: ["one-member.txt.gz", "members.txt.gz", "one-frame.txt.zst", "frames.txt.zst"])
    func `packed text that is cut short is refused at every length`(name: String) throws {
        let folder = try TemporaryFolder()
        // The fixture as it lies on disk: `Fixture` would unpack it.
        let descriptor = try FileDescriptor.open(Fixture.folder.appending("corpus").appending(name), .readOnly)
        var whole = [UInt8](repeating: 0, count: 1 << 16)
        let count = try descriptor.closeAfter {
            try unsafe whole.withUnsafeMutableBytes { try unsafe descriptor.read(into: $0) }
        }
        whole.removeLast(whole.count - count)
        var wholeMembers = 0
        for length in stride(from: 5, to: count, by: 37) {
            let path = try folder.write(name, Array(whole[..<length]))
            do {
                _ = try documents([path])
                wholeMembers += 1
            } catch let error as CorpusError {
                #expect([.damaged, .empty].contains(error.code), "\(length): \(error)")
            }
        }
        #expect(wholeMembers == 0)
        let longer = try folder.write(name, whole + Array("garbage!".utf8))
        #expect(throws: CorpusError.self) { try documents([longer]) }
        for position in stride(from: 12, to: count, by: 61) {
            var damaged = whole
            damaged[position] ^= 0x10
            let path = try folder.write(name, damaged)
            // A flip in a header's time or name is harmless; nothing else may pass, and nothing may trap.
            _ = try? documents([path])
        }
    }

    @Test func `a line past the bound is an error and is not held in memory`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("long.txt", [UInt8](repeating: 0x61, count: Corpus.longestLine + 1))
        #expect(
            message(path)
                == "FILE, line 1: the line is longer than 64 MiB: a document must be on a line of its own (byte 0)")
    }
}
