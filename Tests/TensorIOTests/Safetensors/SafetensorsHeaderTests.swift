import SafetensorsFormat
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// Every check of the header, each with a file that fails it and no other.
struct SafetensorsHeaderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// A file of the header `json`, which claims to be `length` bytes long, and `data` bytes of contents.
    private func file(_ json: String, length: UInt64? = nil, data: Int = 0) throws -> FilePath {
        try folder.write(
            "x.safetensors",
            SafetensorsFile.bytes(json, length: length) + Array(repeating: UInt8(0xAB), count: data))
    }

    private func error(_ path: FilePath, limits: SafetensorsLimits = SafetensorsLimits()) -> FormatError? {
        let error = #expect(throws: FormatError.self) { try SafetensorsFormat(limits: limits).open(path) }
        #expect(error?.path == path)
        return error
    }

    private static func tensor(
        _ name: String, _ type: String = "U8", _ shape: String = "[4]", _ begin: Int = 0, _ end: Int = 4
    ) -> String {
        "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[\(begin),\(end)]}"
    }

    @Test(
        arguments: [
            ([], "is empty"), ([1], "has 1 bytes"), ([1, 2, 3, 4, 5, 6, 7], "fewer than the 8"),
        ] as [([UInt8], String)])
    func `a file without room for a header is too short`(bytes: [UInt8], words: String) throws {
        let error = error(try folder.write("x.safetensors", bytes))
        #expect(error?.code == .truncated)
        #expect("\(error!)".contains(words))
    }

    @Test(arguments: [UInt64.max, 1 << 63, 1 << 40, 100_000_001])
    func `a header of absurd length is refused without reading it`(length: UInt64) throws {
        let error = error(try file("{}", length: length))
        #expect(error?.code == .invalidHeader)
        #expect(error?.byteOffset == 0)
        #expect("\(error!)".contains("\(length) bytes"))
    }

    @Test func `a header that the file cuts off says by how much`() throws {
        let error = error(try file("{}", length: 12))
        #expect(error?.code == .truncated)
        #expect("\(error!)".contains("10 bytes before"))
    }

    @Test func `the limits of header and tensors can be lowered and raised`() throws {
        let path = try file(
            "{\(SafetensorsHeaderTests.tensor("a")),\(SafetensorsHeaderTests.tensor("b", "U8", "[4]", 4, 8))}", data: 8)
        _ = try SafetensorsFormat().open(path)
        #expect("\(error(path, limits: SafetensorsLimits(headerByteCount: 50))!)".contains("limit of 50"))
        #expect("\(error(path, limits: SafetensorsLimits(tensorCount: 1))!)".contains("more than 1 tensors"))
    }

    @Test(arguments: [
        ("", "does not begin with '{'"), ("[]", "does not begin with '{'"), (" {}", "does not begin with '{'"),
        ("{", "does not begin with '{'"), ("{ ", "not the JSON"), ("{}x", "not the JSON"), ("{\"a\":1", "not the JSON"),
        ("{\"a\":{}}{}", "not the JSON"), ("{}\0\0", "not the JSON"),
    ])
    func `a header that is no JSON object is refused`(json: String, words: String) throws {
        let error = error(try file(json))
        #expect(error?.code == .invalidHeader)
        #expect("\(error!)".contains(words))
    }

    @Test func `a header that is not UTF-8 is refused at its byte`() throws {
        let json = [UInt8](#"{"a"#.utf8) + [0xFF] + [UInt8](#"":{}}"#.utf8)
        let length = [UInt8(json.count), 0, 0, 0, 0, 0, 0, 0]
        #expect(error(try folder.write("x.safetensors", length + json))?.byteOffset == 11)
    }

    @Test func `nesting deeper than any header needs is refused`() throws {
        let deep = String(repeating: "[", count: 100_000)
        #expect(error(try file("{\"a\":\(deep)"))?.code == .invalidHeader)
    }

    @Test func `a name that occurs twice is refused`() throws {
        let json =
            "{\(SafetensorsHeaderTests.tensor("twin")),"
            + "\(SafetensorsHeaderTests.tensor("tw\\u0069n", "U8", "[4]", 4, 8))}"
        let error = error(try file(json, data: 8))
        #expect("\(error!)".contains("'twin' occurs twice"))
    }

    @Test func `names that differ by normalisation only are two tensors`() throws {
        let json =
            "{\(SafetensorsHeaderTests.tensor("\u{E9}")),"
            + "\(SafetensorsHeaderTests.tensor("e\u{301}", "U8", "[4]", 4, 8))}"
        let reader = try SafetensorsFormat().open(try file(json, data: 8))
        #expect(reader.tensors.map(\.name) == ["\u{E9}", "e\u{301}"])
    }

    @Test func `a NUL character in a name is refused`() throws {
        #expect("\(error(try file("{\(SafetensorsHeaderTests.tensor("a\\u0000b"))}", data: 4))!)".contains("NUL"))
    }

    @Test(arguments: ["1", "[]", "{\"a\":1}", "{\"a\":null}", "{\"a\":[\"b\"]}", "\"x\"", "null"])
    func `metadata that are not an object of strings are refused`(value: String) throws {
        let error = error(try file("{\"__metadata__\":\(value)}"))
        #expect("\(error!)".contains("__metadata__"))
        #expect(error?.byteOffset ?? 0 >= 8 + 16)
    }

    @Test(arguments: [
        (#""a":1"#, "not a JSON object"), (#""a":{}"#, "lacks one of"),
        (#""a":{"dtype":"U8","shape":[]}"#, "lacks one of"),
        (#""a":{"dtype":"U8","data_offsets":[0,1]}"#, "lacks one of"),
        (#""a":{"shape":[1],"data_offsets":[0,1]}"#, "lacks one of"),
        (#""a":{"dtype":8,"shape":[],"data_offsets":[0,1]}"#, "dtype that is not a string"),
        (tensor("a", "F128"), "dtype 'F128'"), (tensor("a", "f32"), "dtype 'f32'"), (tensor("a", ""), "dtype ''"),
        (tensor("a", "U8", "4"), "shape that is not"), (tensor("a", "U8", "[-4]"), "shape that is not"),
        (tensor("a", "U8", "[4.0]"), "shape that is not"), (tensor("a", "U8", "[4e0]"), "shape that is not"),
        (tensor("a", "U8", "[\"4\"]"), "shape that is not"),
        (tensor("a", "U8", "[9223372036854775808]"), "shape that is not"),
        (tensor("a", "U8", "[99999999999999999999999999]"), "shape that is not"),
        (#""a":{"dtype":"U8","shape":[4],"data_offsets":[0]}"#, "two whole numbers"),
        (#""a":{"dtype":"U8","shape":[4],"data_offsets":[0,4,8]}"#, "two whole numbers"),
        (#""a":{"dtype":"U8","shape":[4],"data_offsets":[-4,0]}"#, "two whole numbers"),
        (#""a":{"dtype":"U8","shape":[4],"data_offsets":{"0":4}}"#, "two whole numbers"),
        (tensor("a", "U8", "[4]", 4, 0), "end before it begins"),
        (tensor("a", "U8", "[4294967296,4294967296]"), "larger than any file"),
        (tensor("a", "F64", "[2305843009213693952]"), "larger than any file"),
        (tensor("a", "U8", "[0,9223372036854775807,9223372036854775807]", 0, 0), "larger than any file"),
        (tensor("a", "F4", "[3]", 0, 1), "not a whole number of bytes"),
        (tensor("a", "U8", "[\(Array(repeating: "1", count: 65).joined(separator: ","))]", 0, 1), "65 axes"),
        (tensor("a", "U8", "[5]"), "4 bytes by its data_offsets, but 5"),
        (tensor("a", "F32", "[]", 0, 8), "8 bytes by its data_offsets, but 4"),
        (tensor("a", "U8", "[4]", 1, 5), "hole of 1 bytes after the header"),
    ])
    func `a tensor that cannot be is refused by name`(member: String, words: String) throws {
        let error = error(try file("{\(member)}", data: 4))
        #expect("\(error!)".contains(words))
        #expect(error?.tensor == "a")
    }

    @Test func `tensors that overlap are named with how much`() throws {
        let json =
            "{\(SafetensorsHeaderTests.tensor("a", "U8", "[6]", 0, 6)),"
            + "\(SafetensorsHeaderTests.tensor("b", "U8", "[4]", 4, 8))}"
        let error = error(try file(json, data: 8))
        #expect(error?.tensor == "b")
        #expect("\(error!)".contains("overlaps tensor 'a' by 2 bytes"))
        #expect(error?.byteOffset == 8 + json.utf8.count + 4)
    }

    @Test func `two tensors over the same bytes are refused`() throws {
        let json = "{\(SafetensorsHeaderTests.tensor("a")),\(SafetensorsHeaderTests.tensor("b"))}"
        #expect("\(error(try file(json, data: 4))!)".contains("overlaps tensor 'a' by 4 bytes"))
    }

    @Test func `a hole between tensors is named with its size`() throws {
        let json = "{\(SafetensorsHeaderTests.tensor("a")),\(SafetensorsHeaderTests.tensor("b", "U8", "[4]", 7, 11))}"
        let error = error(try file(json, data: 11))
        #expect(error?.tensor == "b")
        #expect("\(error!)".contains("hole of 3 bytes after tensor 'a'"))
    }

    @Test func `contents that are cut short say by how much`() throws {
        let error = error(try file("{\(SafetensorsHeaderTests.tensor("a"))}", data: 1))
        #expect(error?.code == .truncated)
        #expect(error?.tensor == "a")
        #expect("\(error!)".contains("ends 3 bytes after the end of the file"))
    }

    @Test func `offsets near the largest number do not overflow`() throws {
        let max = Int.max / 8
        let json =
            "{\(SafetensorsHeaderTests.tensor("a", "U8", "[\(max)]", 0, max)),"
            + "\(SafetensorsHeaderTests.tensor("b", "U8", "[0]", max, max))}"
        #expect(error(try file(json, data: 4))?.code == .truncated)
        #expect(
            error(try file("{\(SafetensorsHeaderTests.tensor("b", "U8", "[0]", Int.max, Int.max))}"))?.tensor == "b")
    }

    @Test func `bytes after the last tensor are refused`() throws {
        #expect("\(error(try file("{\(SafetensorsHeaderTests.tensor("a"))}", data: 5))!)".contains("1 bytes follow"))
        #expect("\(error(try file("{}", data: 7))!)".contains("7 bytes follow"))
    }

    @Test func `a Git LFS pointer is named as such`() throws {
        let text = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 470045904\n"
        #expect("\(error(try folder.write("x.safetensors", text))!)".contains("git lfs pull"))
    }

    @Test func `what the format allows is accepted`() throws {
        let format = SafetensorsFormat()
        #expect(try format.open(try file("{}")).tensors.isEmpty)
        #expect(try format.open(try file("{}      ")).tensors.isEmpty)
        #expect(try format.open(try file("{\"__metadata__\":{}}")).metadata.isEmpty)
        let json = """
            {"b":{"data_offsets":[0,0],"shape":[0,3],"dtype":"F32"},"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]},
            "__metadata__":{"k":"v"},"c":{"dtype":"F32","shape":[1,1],"data_offsets":[1,5],"extra":[null]}}
            """
        let reader = try format.open(try file(json, data: 5))
        #expect(reader.tensors.map(\.description) == ["b F32 [0, 3]", "a U8 []", "c F32 [1, 1]"])
        #expect(reader.metadata == ["k": "v"])
        #expect(try reader.bytes(of: reader.tensors[2]) == [0xAB, 0xAB, 0xAB, 0xAB])
    }
}
