import PluginHost
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// What the plug-in writes, and what it says where it cannot.
@Suite struct `Writing GGUF` {
    private let place: TemporaryFolder

    init() throws {
        place = try TemporaryFolder()
    }

    private func write(_ metadata: [String: String], _ tensors: [TensorDescriptor] = []) throws -> [UInt8] {
        var options = WriteOptions()
        options.replacesExisting = true
        try GGUF.format().write(
            tensors, metadata: metadata, options: options, to: place.path.appending("x.gguf"),
            contents: TensorContents { (tensor: TensorDescriptor, sink) throws(FormatError) in
                try unsafe sink(Array(repeating: 7 as UInt8, count: tensor.byteCount).span.bytes)
            })
        return try place.read("x.gguf")
    }

    /// A file of nothing but these keys.
    private static func file(_ keys: [(String, type: UInt32, [UInt8])]) -> [UInt8] {
        var file = GGUFBytes(keys: UInt64(keys.count))
        for (key, type, value) in keys {
            file.add(key)
            file.add(type)
            for byte in value { file.add(byte) }
        }
        return file.contents(0)
    }

    private static func string(_ text: String) -> [UInt8] {
        [UInt8(text.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(text.utf8)
    }

    @Test func `the key that must be there is written, and not shown`() throws {
        #expect(
            try write([:])
                == `Writing GGUF`.file([("general.architecture", 8, `Writing GGUF`.string("unspecified"))]))
        #expect(try GGUF.format().open(place.path.appending("x.gguf")).metadata == [:])
    }

    @Test func `values have the types that are told`() throws {
        let types = #"{ "n" : "i16", "absent": "u8", "list": "[f32]", "deep": "[[u8]]", "bytes": "hex" }"#
        let metadata = [
            "general.architecture": "t5", "n": "-2", "list": " [1, \"-inf\" , \"nan:ffa00001\"] ", "deep": "[[1],[]]",
            "bytes": "00fF",
            "gguf.types": types,
        ]
        #expect(
            try write(metadata)
                == `Writing GGUF`.file([
                    ("bytes", 8, [2, 0, 0, 0, 0, 0, 0, 0, 0, 255]),
                    (
                        "deep", 9,
                        [9, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]
                            + [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1] + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
                    ),
                    ("general.architecture", 8, `Writing GGUF`.string("t5")),
                    (
                        "list", 9,
                        [6, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0] + [0, 0, 0x80, 0x3F, 0, 0, 0x80, 0xFF, 1, 0, 0xA0, 0xFF]
                    ),
                    ("n", 3, [0xFE, 0xFF]),
                ]))
    }

    @Test func `contents begin where the alignment says`() throws {
        let tensors = [
            try TensorDescriptor(name: "a", elementType: .i8, shape: [3]),
            try TensorDescriptor(name: "b", elementType: .f16, shape: [2, 1]),
        ]
        let bytes = try write(["general.alignment": "128"], tensors)
        #expect(bytes.count == 512)
        #expect(Array(bytes[256..<260]) == [7, 7, 7, 0])
        #expect(Array(bytes[384..<389]) == [7, 7, 7, 7, 0])
        let reader = try GGUF.format().open(place.path.appending("x.gguf"))
        #expect(reader.tensors == tensors)
        #expect(reader.metadata["general.alignment"] == "128")
    }

    static let refused: [(metadata: [String: String], words: String)] = [
        (["gguf.types": "u8"], "'{' was expected"),
        (["gguf.types": #"{"a":"u8""#], "'}' was expected"),
        (["gguf.types": #"{"a":"\ud800"}"#], "half of a character"),
        (["a": "x", "gguf.types": #"{"a":"u7"}"#], "type 'u7'"),
        (["a": "x", "gguf.types": #"{"a":"array"}"#], "a number was expected"),
        (["a": "[[1],[\"b\"]]", "gguf.types": #"{"a":"[array]"}"#], "type '[array]'"),
        (["a": "[1", "gguf.types": #"{"a":"[u8]"}"#], "',' or ']' was expected"),
        (["a": "[1] 2", "gguf.types": #"{"a":"[u8]"}"#], "its end was expected"),
        (["a": "[256]", "gguf.types": #"{"a":"[u8]"}"#], "a number from 0 to 255"),
        (["a": "[1]", "gguf.types": #"{"a":"[string]"}"#], "a string was expected"),
        (["a": "1", "gguf.types": #"{"a":"bool"}"#], "'true' or 'false'"),
        (["a": "0", "gguf.types": #"{"a":"hex"}"#], "two hexadecimal digits"),
        (["a": "one", "gguf.types": #"{"a":"f64"}"#], "a number was expected"),
        (
            [
                "a": "",
                "gguf.types": "{\"a\":\"\(String(repeating: "[", count: 9))u8\(String(repeating: "]", count: 9))\"}",
            ], "'['"
        ),
        (["general.alignment": "33"], "'33', not a power of two"),
        (["general.alignment": "2147483648"], "not a power of two from 8"),
        ([String(repeating: "k", count: 65_536): ""], "65536 bytes"),
    ]

    @Test(arguments: refused.indices)
    func `metadata that cannot be written are refused before anything is`(index: Int) throws {
        let (metadata, words) = `Writing GGUF`.refused[index]
        let error = #expect(throws: FormatError.self) { try write(metadata) }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains(words) == true, "\(error?.description ?? "")")
        #expect(place.entries.isEmpty)
    }

    @Test func `names and axes past ggml's limits are refused`() throws {
        let long = try TensorDescriptor(
            name: TensorName(String(repeating: "n", count: 64)), elementType: .f32, shape: [])
        let deep = try TensorDescriptor(name: "deep", elementType: .f32, shape: [1, 1, 1, 1, 1])
        for (tensor, words) in [(long, "names of up to 63"), (deep, "tensors of up to 4")] {
            let error = #expect(throws: FormatError.self) { try write([:], [tensor]) }
            #expect(error?.message.contains(words) == true)
            #expect(error?.tensor == tensor.name)
        }
    }
}
