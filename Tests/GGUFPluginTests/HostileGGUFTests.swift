import PluginHost
import TensorIO
import TestSupport
import Testing

/// Files that lie are refused with a sentence that says how.
@Suite struct `Hostile GGUF files` {
    private let place: TemporaryFolder

    init() throws {
        place = try TemporaryFolder()
    }

    private static let empty = GGUFBytes()
    private static let oneKey = GGUFBytes(keys: 1)
    private static let twoKeys = GGUFBytes(keys: 2)
    private static let oneTensor = GGUFBytes(tensors: 1)
    private static let twoTensors = GGUFBytes(tensors: 2)
    /// The largest count that is not negative for those who take it for signed.
    private static let huge = UInt64(Int64.max)

    /// An array in arrays, `depth` of them.
    private static func nested(_ depth: Int) -> [UInt8] {
        var inner = GGUFBytes()
        for _ in 1..<depth {
            inner.add(9 as UInt32)
            inner.add(1 as UInt64)
        }
        inner.add(0 as UInt32)
        inner.add(0 as UInt64)
        return Array(inner.bytes.dropFirst(24))
    }

    private static func arrays(_ depth: Int) -> [UInt8] {
        oneKey.key("k", array: 9, count: 1, nested(depth - 1)).bytes
    }

    static let lies: [(what: String, bytes: [UInt8], code: FormatError.Code, words: String)] = [
        ("version 1", GGUFBytes(version: 1).bytes, .unsupported, "version 1"),
        ("version 4", GGUFBytes(version: 4).bytes, .unsupported, "version 4"),
        ("big endian", GGUFBytes(version: 3 << 24).bytes, .unsupported, "big endian"),
        ("nothing but the magic", Array("GGUF".utf8), .truncated, "the version"),
        ("no counts", Array(empty.bytes.prefix(15)), .truncated, "the number of tensors"),
        ("as many keys as can be", GGUFBytes(keys: .max).bytes, .truncated, "18446744073709551615 keys"),
        ("as many tensors as can be", GGUFBytes(tensors: .max).bytes, .truncated, "18446744073709551615 tensors"),
        ("more keys than there are", twoKeys.key("a", "b").bytes, .truncated, "2 keys"),
        ("more tensors than there are", twoTensors.tensor("a", axes: [1]).contents(4), .truncated, "2 tensors"),
        ("a key that is longer than the file", oneKey.key("k", "value", length: huge).bytes, .truncated, "'k'"),
        ("a length that wraps around", oneKey.key("k", "value", length: .max).bytes, .truncated, "'k'"),
        ("a key of a type that does not exist", oneKey.key("k", type: 13, 0 as UInt8).bytes, .invalidHeader, "type 13"),
        ("a truth value of 2", oneKey.key("k", type: 7, 2 as UInt8).bytes, .invalidHeader, "truth value of 2"),
        ("a key twice", twoKeys.key("k", "a").key("k", "b").bytes, .invalidHeader, "'k' is there twice"),
        ("a key that stands for others", oneKey.key("gguf.types", "{}").bytes, .invalidHeader, "types of the others"),
        (
            "a key that is too long", oneKey.key(String(repeating: "k", count: 65_536), "").bytes, .invalidHeader,
            "65536 bytes"
        ),
        (
            "an array of a type that does not exist", oneKey.key("k", array: 99, count: 0).bytes, .invalidHeader,
            "type 99"
        ),
        ("an array that is longer than the file", oneKey.key("k", array: 0, count: huge).bytes, .truncated, "'k'"),
        ("strings that are more than the file", oneKey.key("k", array: 8, count: 3, [0]).bytes, .truncated, "'k'"),
        ("arrays in arrays in arrays", arrays(9), .unsupported, "8 deep"),
        (
            "an alignment of 0", oneKey.key("general.alignment", type: 4, 0 as UInt32).bytes, .invalidHeader,
            "power of two"
        ),
        ("an alignment of 24", oneKey.key("general.alignment", type: 4, 24 as UInt32).bytes, .invalidHeader, "'24'"),
        (
            "a signed alignment", oneKey.key("general.alignment", type: 5, 32 as UInt32).bytes, .invalidHeader,
            "type i32"
        ),
        ("an alignment that is text", oneKey.key("general.alignment", "32").bytes, .invalidHeader, "type string"),
        (
            "the alignment twice",
            twoKeys.key("general.alignment", type: 4, 32 as UInt32).key("general.alignment", type: 4, 64 as UInt32)
                .bytes,
            .invalidHeader, "twice"
        ),
        ("a tensor of 65 axes", oneTensor.tensor("a", axes: [1], rank: 65).contents(999), .invalidTensor, "65 axes"),
        (
            "more axes than there are", oneTensor.tensor("a", axes: [1], rank: 60).contents(4), .truncated,
            "shape of tensor 'a'"
        ),
        (
            "an axis past what is signed", oneTensor.tensor("a", axes: [huge + 1]).contents(4), .invalidTensor,
            "any file"
        ),
        (
            "axes whose product wraps around", oneTensor.tensor("a", axes: [1 << 33, 1 << 33]).contents(4),
            .invalidTensor,
            "any file"
        ),
        (
            "an empty axis that hides others", oneTensor.tensor("a", axes: [0, 1 << 33, 1 << 33]).contents(4),
            .invalidTensor, "any file"
        ),
        ("a type that does not exist", oneTensor.tensor("a", axes: [1], type: 99).contents(4), .unsupported, "type 99"),
        ("a type that was given up", oneTensor.tensor("a", axes: [32], type: 4).contents(99), .unsupported, "type 4"),
        (
            "rows that are no whole blocks", oneTensor.tensor("a", axes: [33], type: 8).contents(99), .invalidTensor,
            "blocks of 32"
        ),
        ("a scalar of blocks", oneTensor.tensor("a", axes: [], type: 8).contents(99), .invalidTensor, "blocks of 32"),
        (
            "a tensor twice", twoTensors.tensor("a", axes: [1]).tensor("a", axes: [1], at: 32).contents(64),
            .invalidHeader,
            "'a' is there twice"
        ),
        (
            "a place between multiples", oneTensor.tensor("a", axes: [1], at: 4).contents(64), .invalidTensor,
            "multiple of 32"
        ),
        ("a place past the end", oneTensor.tensor("a", axes: [1], at: 64).contents(64), .truncated, "cut short"),
        (
            "a place past what is signed", oneTensor.tensor("a", axes: [1], at: huge + 1).contents(64), .invalidTensor,
            "multiple"
        ),
        (
            "a place near the end of numbers", oneTensor.tensor("a", axes: [1], at: huge - 31).contents(64), .truncated,
            "cut short"
        ),
        ("contents that are cut short", oneTensor.tensor("a", axes: [9]).contents(35), .truncated, "has 36 bytes"),
        ("no contents", oneTensor.tensor("a", axes: [1]).bytes, .truncated, "there are 0"),
        (
            "contents in one place", twoTensors.tensor("a", axes: [8]).tensor("b", axes: [8]).contents(64),
            .invalidHeader,
            "'b' overlaps"
        ),
        (
            "contents that overlap", twoTensors.tensor("b", axes: [8], at: 32).tensor("a", axes: [9]).contents(64),
            .invalidHeader, "'b' overlaps"
        ),
    ]

    @Test(arguments: lies.indices)
    func `are refused, and the sentence says why`(index: Int) throws {
        let lie = `Hostile GGUF files`.lies[index]
        let path = try place.write("x.gguf", lie.bytes)
        for settings in [[], [PluginSetting(key: "dequantize", value: "f32")]] {
            let error = #expect(throws: FormatError.self, "\(lie.what)") { try GGUF.format(settings).open(path) }
            #expect(error?.code == lie.code, "\(lie.what): \(error?.description ?? "")")
            #expect(error?.message.contains(lie.words) == true, "\(lie.what): \(error?.description ?? "")")
            #expect(error?.path == path)
        }
    }

    @Test func `what is odd but true is read`() throws {
        let truths: [[UInt8]] = [
            `Hostile GGUF files`.empty.bytes, `Hostile GGUF files`.arrays(8),
            `Hostile GGUF files`.oneTensor.tensor("", axes: []).contents(4),
            `Hostile GGUF files`.oneTensor.tensor("a", axes: [0, 5], at: 320).bytes,
            `Hostile GGUF files`.twoTensors.tensor("b", axes: [1], at: 64).tensor("a", axes: [0], at: 64).contents(68),
            `Hostile GGUF files`.oneTensor.tensor(String(repeating: "n", count: 70), axes: [1, 1, 1, 1, 1]).contents(4),
        ]
        for bytes in truths {
            let reader = try GGUF.format().open(place.write("x.gguf", bytes))
            for tensor in reader.tensors { #expect(try reader.bytes(of: tensor).count == tensor.byteCount) }
        }
    }

    @Test func `an option that is not known is refused`() throws {
        let path = try place.write("x.gguf", `Hostile GGUF files`.empty.bytes)
        let settings = [PluginSetting(key: "dequantize", value: "f16")]
        let error = #expect(throws: FormatError.self) { try GGUF.format(settings).open(path) }
        #expect(error?.message.contains("'f16', but can only be 'f32'") == true)
    }
}
