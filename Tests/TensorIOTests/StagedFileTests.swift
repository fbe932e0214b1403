import SystemPackage
import TensorIO
import TestSupport
import Testing

/// Files that appear whole or not at all.
struct StagedFileTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func write(_ name: String, _ chunks: [[UInt8]], replacing: Bool = false, failing: Bool = false) throws {
        var options = WriteOptions()
        options.replacesExisting = replacing
        try StagedFile.write(folder.path.appending(name), options: options) { file throws(FormatError) in
            for chunk in chunks { try file.append(chunk) }
            if failing { throw FormatError(.cancelled, "was cancelled") }
        }
    }

    @Test(arguments: [[0], [1], [10, 20], [1 << 20], [3, (1 << 20) - 1, 1 << 21, 5, 0, 7]])
    func `what was appended is what the file holds`(sizes: [Int]) throws {
        let chunks = sizes.enumerated().map { index, size in (0..<size).map { UInt8(truncatingIfNeeded: $0 ^ index) } }
        try write("file", chunks)
        #expect(try folder.read("file") == chunks.flatMap { $0 })
        #expect(folder.entries == ["file"])
    }

    @Test func `nothing is left when the writer throws`() throws {
        let error = #expect(throws: FormatError.self) {
            try write("file", [Array(repeating: 7, count: 3 << 20)], failing: true)
        }
        #expect(error?.path == folder.path.appending("file"))
        #expect(folder.entries == [])
    }

    @Test func `a file that exists is kept unless it is to be replaced`() throws {
        try write("file", [[1]])
        let error = #expect(throws: FormatError.self) { try write("file", [[2]]) }
        #expect(error?.code == .destinationExists)
        #expect(try folder.read("file") == [1])
        #expect(throws: FormatError.self) { try write("file", [[2]], replacing: true, failing: true) }
        #expect(try folder.read("file") == [1])
        try write("file", [[3]], replacing: true)
        #expect(try folder.read("file") == [3])
        #expect(folder.entries == ["file"])
    }

    @Test func `a file that appears while another is being written is kept`() throws {
        let path = folder.path.appending("file")
        let error = #expect(throws: FormatError.self) {
            try StagedFile.write(path, options: WriteOptions()) { file throws(FormatError) in
                try file.append([1])
                do { try folder.write("file", [2]) } catch { throw FormatError(.system, "\(error)") }
            }
        }
        #expect(error?.code == .destinationExists)
        #expect(try folder.read("file") == [2])
        #expect(folder.entries == ["file"])
    }

    @Test func `a folder that is missing is named in the error`() {
        let error = #expect(throws: FormatError.self) {
            try StagedFile.write(folder.path.appending("none").appending("file"), options: WriteOptions()) { _ in }
        }
        #expect("\(error!)".contains("no such file or folder"))
    }

    @Test func `a name as long as the system allows can be written`() throws {
        let name = String(repeating: "n", count: 255)
        try write(name, [[1]])
        #expect(folder.entries == [name])
    }
}
