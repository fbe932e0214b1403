import RawFormat
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// Files that the zstd command line and the Python package zstandard packed, with a manifest.
struct RawReadingTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private static let files = [
        "big.bin", "cli-long.zst", "cli-threads.zst", "cli.zst", "frames.zst", "no-size.zst", "plain.bin",
        "skippable.zst",
    ]

    private var expected: [UInt8] {
        (0..<3000).flatMap { Float($0).bitPattern.bytes }
    }

    @Test(arguments: files)
    func `what others packed is read, whole and in part`(file: String) throws {
        let reader = try RawFormat().open(Fixture.folder.appending("raw"))
        let tensor = try #require(reader.tensor(named: TensorName(file)))
        #expect(tensor.shape == [60, 50])
        #expect(try reader.bytes(of: tensor) == expected)
        for range in [0..<1, 99..<101, 3990..<4100, 11_999..<12_000] {
            var parts: [Int] = []
            var bytes: [UInt8] = []
            try reader.read(tensor, bytes: range) { span throws(FormatError) in
                parts.append(span.byteCount)
                bytes += span.copied
            }
            #expect(bytes == Array(expected[range]))
            #expect(parts.dropLast().allSatisfy { $0 % 64 == 0 })
        }
    }

    /// A copy of the fixture whose manifest has `new` in place of `old`.
    private func altered(_ old: String, _ new: String) throws -> FilePath {
        for file in RawReadingTests.files { try folder.write(file, Fixture("raw/" + file).bytes) }
        let manifest = String(decoding: try Fixture("raw/tensors.json").bytes, as: UTF8.self)
        let parts = manifest.split(separator: old, omittingEmptySubsequences: false)
        #expect(parts.count > 1)
        try folder.write("tensors.json", parts.joined(separator: new))
        return folder.path
    }

    @Test func `contents that do not have the sha256 of the manifest are an error`() throws {
        // The digests are those of nothing, if the files are left as they are.
        let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        let path = try altered("\"sha256\": \"", "\"sha256\": \"\(nothing)\", \"was\": \"")
        let reader = try RawFormat().open(path)
        for tensor in reader.tensors {
            let error = #expect(throws: FormatError.self) { try reader.bytes(of: tensor) }
            #expect("\(error!)".contains("hash"))
        }
    }

    @Test(arguments: ["00", "x"])
    func `a sha256 that is none is refused`(digits: String) throws {
        let path = try altered("\"sha256\": \"", "\"sha256\": \"\(digits)")
        #expect(throws: FormatError.self) { try RawFormat().open(path) }
    }

    @Test(arguments: ["../plain.bin", "/etc/passwd", "a/plain.bin", "", ".", "..", "plain.bin\\u0000"])
    func `a file that is not beside the manifest is refused`(name: String) throws {
        let path = try altered("\"file\": \"plain.bin\"", "\"file\": \"\(name)\"")
        let error = #expect(throws: FormatError.self) { try RawFormat().open(path) }
        #expect(error?.tensor == "plain.bin")
    }

    @Test(arguments: ["[4611686018427387904, 8]", "[1125899906842624, 50]", "[60, 500000]", "[-1]", "[60.5]"])
    func `a shape that the file cannot fill is refused`(shape: String) throws {
        try folder.write("no-size.zst", Fixture("raw/no-size.zst").bytes)
        let manifest = """
            {"format": "raw-tensors", "tensors": [{"name": "x", "dtype": "F32", "shape": \(shape),
            "file": "no-size.zst", "byte_count": \(try Fixture("raw/no-size.zst").bytes.count), "compression": "zstd"}]}
            """
        try folder.write("tensors.json", manifest)
        do throws(FormatError) {
            let reader = try RawFormat().open(folder.path)
            // What could be true is found out on reading.
            #expect(throws: FormatError.self) { try reader.read(reader.tensors[0]) { _ throws(FormatError) in } }
        } catch {}
    }
}
