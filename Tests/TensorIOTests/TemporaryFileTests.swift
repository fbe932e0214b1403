import SystemPackage
import TestSupport
import Testing

@testable import TensorIO

/// Files without a name.
struct TemporaryFileTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test(arguments: [0, 1, 4096, 4097, 3 << 20])
    func `what was appended is read, and the folder stays empty`(byteCount: Int) throws {
        let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 37 ^ $0 >> 11) }
        var file = try TemporaryFile(in: folder.path)
        for start in stride(from: 0, to: byteCount, by: 700_001) {
            try unsafe file.append(bytes.span.bytes.extracting(start..<min(byteCount, start + 700_001)))
        }
        #expect(folder.entries == [])
        let contents = try file.contents()
        let read = contents.withBytes { span in (0..<span.byteCount).map { span.byte(at: $0) } }
        #expect(read == bytes)
    }

    @Test func `what was read before is still there when the file is gone`() throws {
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 11) }
        let contents = try {
            var file = try TemporaryFile(in: folder.path)
            try unsafe file.append(bytes.span.bytes)
            return try file.contents()
        }()
        var copy = [UInt8](repeating: 0, count: 1000)
        unsafe copy.withUnsafeMutableBytes { unsafe contents.copy(70_000..<71_000, to: $0) }
        #expect(copy == Array(bytes[70_000..<71_000]))
        #expect(contents.openDescriptor() != nil)
    }

    @Test func `a folder that is not there is named`() throws {
        let missing = folder.path.appending("missing")
        let error = #expect(throws: FormatError.self) { _ = try TemporaryFile(in: missing) }
        #expect(
            error?.description == "'\(missing)': cannot make a temporary file there: there is no such file or folder")
    }
}
