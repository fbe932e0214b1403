import NumPyFormat
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// Archives that NumPy wrote, and archives that nobody should have written.
struct NPZReadingTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test(arguments: ["stored", "deflated"])
    func `arrays of an archive are those that were saved`(name: String) throws {
        let path = Fixture.folder.appending("numpy")
        let plain = try NumPyFormat().open(path.appending("archive-reference.npy"))
        let expected = try plain.bytes(of: plain.tensors[0])
        let reader = try NPZFormat().open(path.appending(name + ".npz"))
        #expect(reader.tensors.map(\.description) == ["a/b F32 [41, 53]", "f F32 [41, 53]", "\u{E9} F64 []"])
        for tensor in reader.tensors.prefix(2) {
            #expect(try reader.bytes(of: tensor) == expected)
            var bytes: [UInt8] = []
            try reader.read(tensor, bytes: 213..<4000) { span throws(FormatError) in bytes += span.copied }
            #expect(bytes == Array(expected[213..<4000]))
        }
    }

    /// The deflated archive with the bytes after `mark`, found `occurrence` times before, replaced.
    private func altered(_ mark: [UInt8], at offset: Int, _ bytes: [UInt8]) throws -> FilePath {
        var archive = try Fixture("numpy/deflated.npz").bytes
        let starts = archive.indices.filter { archive[$0...].starts(with: mark) }
        for start in starts { archive.replaceSubrange(start + offset..<start + offset + bytes.count, with: bytes) }
        #expect(!starts.isEmpty)
        return try folder.write("x.npz", archive)
    }

    @Test func `a member that would unpack to more than it can is refused`() throws {
        // The size in the directory, 24 bytes behind its mark.
        let path = try altered([0x50, 0x4B, 0x01, 0x02], at: 24, [0xFF, 0xFF, 0xFF, 0x7F])
        #expect(throws: FormatError.self) { try NPZFormat().open(path) }
    }

    @Test func `an encrypted member and an unknown method are refused`() throws {
        let encrypted = try altered([0x50, 0x4B, 0x01, 0x02], at: 8, [1])
        #expect(throws: FormatError.self) { try NPZFormat().open(encrypted) }
        let packed = try altered([0x50, 0x4B, 0x01, 0x02], at: 10, [14])
        #expect(throws: FormatError.self) { try NPZFormat().open(packed) }
    }

    @Test func `contents that do not fit their checksum are an error`() throws {
        let path = try altered([0x50, 0x4B, 0x01, 0x02], at: 16, [1, 2, 3, 4])
        guard let reader = try? NPZFormat().open(path) else { return }
        #expect(throws: FormatError.self) { try reader.bytes(of: reader.tensors[0]) }
    }

    @Test func `an archive of something else is not taken for arrays`() throws {
        let path = try folder.write("x.zip", Array("PK\u{3}\u{4}".utf8) + Array(repeating: 0, count: 100))
        #expect(throws: FormatError.self) { try NPZFormat().open(path) }
    }
}
