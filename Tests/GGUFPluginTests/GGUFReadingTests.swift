import PluginHost
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// What ggml's own package wrote is read as it reads it.
@Suite struct `Files of ggml's package` {
    private let place: TemporaryFolder

    init() throws {
        place = try TemporaryFolder()
    }

    private func open(_ name: String, dequantizing: Bool = false) throws -> any TensorReader {
        let settings = dequantizing ? [PluginSetting(key: "dequantize", value: "f32")] : []
        return try GGUF.format(settings).open(place.write(name, Fixture("gguf/\(name)").bytes))
    }

    @Test(arguments: ["plain.gguf", "aligned.gguf", "version2.gguf"])
    func `tensors have their types, and shapes are row-major`(name: String) throws {
        #expect(
            try open(name).tensors.map(\.description) == [
                "token_embd.weight F32 [5, 8]", "half F16 [7]", "brain BF16 [3, 2]", "double F64 [2, 3, 4]",
                "whole.8 I8 [1, 2, 1, 1]", "whole.16 I16 [1, 2, 1, 1]", "whole.32 I32 [1, 2, 2, 1]",
                "whole.64 I64 [1, 2, 3, 1]",
            ])
    }

    @Test func `contents are found wherever they are aligned to`() throws {
        let (plain, aligned) = (try open("plain.gguf"), try open("aligned.gguf"))
        for tensor in plain.tensors { #expect(try plain.bytes(of: tensor) == aligned.bytes(of: tensor)) }
        #expect(try plain.bytes(of: plain.tensors[4]) == [0xFD, 0x00])
        #expect(try plain.bytes(of: plain.tensors[5]) == [0xFD, 0xFF, 0x00, 0x00])
    }

    @Test func `metadata of every kind are text, and their types are told`() throws {
        var metadata = try open("plain.gguf").metadata
        #expect(
            metadata.removeValue(forKey: "gguf.types")
                == #"{"test.bool":"bool","test.float32":"f32","test.float64":"f64","#
                + #""test.halves":"[u16]","test.int16":"i16","test.int32":"i32","test.int64":"i64","test.int8":"i8","#
                + #""test.no_text":"hex","test.some_text":"[hex]","test.truths":"[bool]","test.uint16":"u16","#
                + #""test.uint32":"u32","test.uint64":"u64","test.uint8":"u8","tokenizer.ggml.scores":"[f32]","#
                + #""tokenizer.ggml.tokens":"[string]"}"#)
        #expect(
            metadata == [
                "general.architecture": "bert", "test.uint8": "200", "test.int8": "-5", "test.uint16": "60000",
                "test.int16": "-300", "test.uint32": "4000000000", "test.int32": "-70000",
                "test.uint64": "9223372036854775808", "test.int64": "-4611686018427387904", "test.float32": "1e-05",
                "test.float64": "0.1", "test.bool": "true", "test.string": "zwei\nZeilen \u{E9}",
                "tokenizer.ggml.tokens": #"["[PAD]","\"quoted\"","\#u{E9}","\#u{2581}c\n",""]"#,
                "tokenizer.ggml.scores": #"[0.5,-1.25,"nan","inf",1e+30]"#, "test.halves": "[1,2,65535]",
                "test.truths": "[true,false]", "test.no_text": "fefd", "test.some_text": #"["ff00","6f6b"]"#,
            ])
    }

    @Test func `blocks are bytes that tell what they are`() throws {
        for name in ["blocks.gguf", "other-blocks.gguf"] {
            let reader = try open(name)
            for tensor in reader.tensors.dropLast() {
                #expect(tensor.elementType == .u8)
                #expect(tensor.name == TensorName("weights.\(reader.storedType(of: tensor) ?? "")"))
            }
        }
        #expect(try open("blocks.gguf").tensors[7].description == "weights.Q4_K U8 [2, 288]")
    }

    @Test func `blocks become the numbers that the package makes of them`() throws {
        let reader = try open("blocks.gguf", dequantizing: true)
        #expect(reader.tensors.count == 14)
        var numbers: [UInt8] = []
        for tensor in reader.tensors.dropLast() {
            #expect(tensor.elementType == .f32)
            numbers += try reader.bytes(of: tensor)
        }
        #expect(numbers == (try Fixture("gguf/blocks.f32").bytes))
        #expect(reader.tensors[7].description == "weights.Q4_K F32 [2, 512]")
        // What is no block stays as it is, and nobody is told any more how the blocks were made.
        #expect(reader.tensors[13].description == "norm F16 [4]")
        #expect(reader.metadata == ["general.architecture": "llama", "general.name": "blocks"])
    }

    @Test func `blocks that cannot become numbers are refused by name`() throws {
        let error = #expect(throws: FormatError.self) { try open("other-blocks.gguf", dequantizing: true) }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains("tensor 'weights.Q8_1' has type Q8_1") == true)
    }

    @Test func `the other byte order is recognised and refused`() throws {
        let error = #expect(throws: FormatError.self) { try open("big-endian.gguf") }
        #expect(error?.message.contains("big endian") == true)
        #expect(error?.code == .unsupported)
    }

    @Test func `what is written again is what was read, with its types`() throws {
        let format = try GGUF.format()
        let reader = try open("plain.gguf")
        let copy = place.path.appending("copy.gguf")
        try format.write(
            reader.tensors, metadata: reader.metadata, options: WriteOptions(), to: copy,
            contents: TensorContents(copying: reader))
        let again = try format.open(copy)
        #expect(again.tensors == reader.tensors)
        #expect(again.metadata == reader.metadata)
        for tensor in reader.tensors { #expect(try again.bytes(of: tensor) == reader.bytes(of: tensor)) }
        // Keys are written in another order, so that the sizes are the same, and the bytes are not.
        #expect(try place.read("copy.gguf").count == Fixture("gguf/plain.gguf").bytes.count)
    }
}
