import SafetensorsFormat
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// Files of the format's own library, read and written.
struct SafetensorsRoundTripTests {
    private let folder: TemporaryFolder
    private let format = SafetensorsFormat()
    private let fixture = Fixture.folder.appending("safetensors").appending("all-types.safetensors")

    init() throws {
        folder = try TemporaryFolder()
    }

    private func tensor(_ name: TensorName, _ type: ElementType, _ shape: [Int]) throws -> TensorDescriptor {
        try TensorDescriptor(name: name, elementType: type, shape: shape)
    }

    private let counting = TensorContents { tensor, sink throws(FormatError) in
        try unsafe sink(Array(repeating: UInt8(tensor.byteCount & 0xFF), count: tensor.byteCount).span.bytes)
    }

    @Test func `a file of the format's own library is read as it was meant`() throws {
        let reader = try format.open(fixture)
        #expect(reader.metadata == ["format": "pt", "\u{E9} \"q\"\n": "\u{FC}\\"])
        let byName = Dictionary(uniqueKeysWithValues: reader.tensors.map { ($0.name, $0) })
        let types: [(TensorName, ElementType)] = [
            ("t.bool", .bool), ("t.uint8", .u8), ("t.int8", .i8), ("t.float8_e4m3fn", .f8e4m3),
            ("t.float8_e5m2", .f8e5m2), ("t.float8_e8m0fnu", .f8e8m0), ("t.float8_e4m3fnuz", .f8e4m3fnuz),
            ("t.float8_e5m2fnuz", .f8e5m2fnuz), ("t.uint16", .u16), ("t.int16", .i16), ("t.float16", .f16),
            ("t.bfloat16", .bf16), ("t.uint32", .u32), ("t.int32", .i32), ("t.float32", .f32), ("t.uint64", .u64),
            ("t.int64", .i64), ("t.float64", .f64), ("t.complex64", .c64),
        ]
        for (name, type) in types {
            let tensor = try #require(byName[name])
            #expect(tensor.elementType == type)
            #expect(tensor.shape == [2, 3])
            let expected = (0..<tensor.byteCount).map {
                UInt8(truncatingIfNeeded: $0 * 11 + 3) & (type == .bool ? 1 : 0xFF)
            }
            #expect(try reader.bytes(of: tensor) == expected)
        }
        #expect(byName["scalar"]?.shape == [])
        #expect(byName["empty"]?.shape == [0])
        #expect(byName["zero rows"]?.shape == [0, 384])
        #expect(try reader.bytes(of: byName["\u{E9}"]!) == [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40])
        #expect(try reader.bytes(of: byName["e\u{301}"]!) == [0, 0, 0x40, 0x40])
        #expect(byName[TensorName(String(repeating: "x", count: 300))] != nil)
    }

    @Test func `a file that is copied through keeps its contents to the byte`() throws {
        let reader = try format.open(fixture)
        let copy = folder.path.appending("copy.safetensors")
        try format.write(
            reader.tensors, metadata: reader.metadata, options: WriteOptions(), to: copy,
            contents: TensorContents(copying: reader))
        let again = try format.open(copy)
        #expect(again.tensors == reader.tensors)
        #expect(again.metadata == reader.metadata)
        for tensor in reader.tensors { #expect(try again.bytes(of: tensor) == reader.bytes(of: tensor)) }
    }

    @Test func `the order given is kept where it is aligned`() throws {
        let tensors = [
            try tensor("b", .f16, [4]), try tensor("a", .f64, [1]), try tensor("c", .u8, [3]),
            try tensor("d", .u8, [0]),
        ]
        let path = folder.path.appending("x.safetensors")
        try format.write(tensors, metadata: [:], options: WriteOptions(), to: path, contents: counting)
        #expect(try format.open(path).tensors == tensors)
    }

    @Test func `larger elements come first where the order given is not aligned`() throws {
        let tensors = [
            try tensor("u8", .u8, [3]), try tensor("f4", .f4, [2]), try tensor("f16", .f16, [1]),
            try tensor("f32", .f32, [1]),
            try tensor("i16", .i16, [3]), try tensor("c64", .c64, [1]), try tensor("f64", .f64, [1]),
        ]
        let path = folder.path.appending("x.safetensors")
        try format.write(tensors, metadata: [:], options: WriteOptions(), to: path, contents: counting)
        let reader = try format.open(path)
        #expect(reader.tensors.map(\.name) == ["c64", "f64", "f32", "f16", "i16", "u8", "f4"])
        for tensor in reader.tensors {
            #expect(try reader.bytes(of: tensor) == Array(repeating: UInt8(tensor.byteCount), count: tensor.byteCount))
        }
    }

    @Test(arguments: 0..<9)
    func `contents begin at a multiple of eight`(length: Int) throws {
        let name = TensorName(String(repeating: "n", count: length))
        let path = folder.path.appending("x\(length).safetensors")
        try format.write(
            [try tensor(name, .u8, [1])], metadata: [:], options: WriteOptions(), to: path, contents: counting)
        #expect(try folder.read("x\(length).safetensors").count % 8 == 1)
        #expect(try format.open(path).tensors[0].name == name)
    }

    @Test(arguments: ["__metadata__", "a\0b", TensorName([0x61, 0xFF])])
    func `a name that the format cannot hold is refused before anything is written`(name: TensorName) throws {
        let error = #expect(throws: FormatError.self) {
            try format.write(
                [try tensor(name, .u8, [1])], metadata: [:], options: WriteOptions(),
                to: folder.path.appending("x.safetensors"), contents: counting)
        }
        #expect(error?.tensor == name)
        #expect(folder.entries == [])
    }

    @Test func `a name that occurs twice is refused`() throws {
        #expect(throws: FormatError.self) {
            try format.write(
                [try tensor("a", .u8, [1]), try tensor("a", .u8, [2])], metadata: [:], options: WriteOptions(),
                to: folder.path.appending("x.safetensors"), contents: counting)
        }
        #expect(folder.entries == [])
    }

    @Test(arguments: [0, 3, 5])
    func `a provider of too few or too many bytes leaves nothing behind`(count: Int) throws {
        let contents = TensorContents { _, sink throws(FormatError) in
            try unsafe sink(Array(repeating: UInt8(1), count: count).span.bytes)
        }
        let error = #expect(throws: FormatError.self) {
            try format.write(
                [try tensor("a", .u8, [4])], metadata: [:], options: WriteOptions(),
                to: folder.path.appending("x.safetensors"), contents: contents)
        }
        #expect(error?.tensor == "a")
        #expect(folder.entries == [])
    }

    @Test func `a tensor of another file is refused`() throws {
        let reader = try format.open(fixture)
        #expect(throws: FormatError.self) { try reader.bytes(of: try tensor("no such", .u8, [1])) }
        #expect(throws: FormatError.self) { try reader.bytes(of: try tensor("scalar", .u8, [1])) }
    }
}
