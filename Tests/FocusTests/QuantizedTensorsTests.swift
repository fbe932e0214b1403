import JSON
import SafetensorsFormat
import SystemPackage
import TensorIO
import TestSupport
import Testing

@testable import Checkpoints
@testable import Focus
@testable import Vocabularies

@Suite struct `Parts of quantised weights` {
    private static let bodies = [
        "awq", "bnb-4bit", "bnb-8bit", "fp8-block", "fp8-channel", "gptq", "int4-packed", "mlx", "mxfp4", "nvfp4",
        "torchao-fp8", "torchao-int8",
    ]

    private func open(_ name: String, in place: TemporaryFolder) throws -> Checkpoint {
        let fixture = Fixture("quantized/\(name)")
        try place.write("config.json", String(decoding: try Fixture(fixture.name + ".json").bytes, as: UTF8.self))
        let bytes = try Fixture(fixture.name + ".safetensors").bytes
        let file = try FileDescriptor.open(
            place.path.appending("model.safetensors"), .writeOnly, options: [.create, .truncate],
            permissions: .ownerReadWrite)
        try file.closeAfter { _ = try unsafe bytes.withUnsafeBytes { try unsafe file.writeAll($0) } }
        return try Checkpoint.open(place.path, formats: .builtIn)
    }

    @Test(arguments: bodies)
    func `all parts are known, and none follows a vocabulary`(name: String) throws {
        let place = try TemporaryFolder()
        let checkpoint = try open("bodies/\(name)", in: place)
        let quantized = QuantizedTensors(in: checkpoint)
        for (_, tensor) in checkpoint.tensors where !tensor.name.description.hasSuffix("_bias") {
            #expect(quantized.module(with: tensor.name) != nil, "\(tensor.name)")
        }
        let left = quantized.numbers(of: checkpoint.tensors.map(\.tensor))
        #expect(left.allSatisfy { $0.shape.count < 3 || $0.elementType.convertsToFloat })
        #expect(quantized.settings.isStated)
        for module in quantized.modules where !module.isReadable { #expect(module.scheme != "MLX") }
    }

    @Test(arguments: [
        ("gptq", "GPTQ or AWQ"), ("awq", "GPTQ or AWQ"), ("bnb-4bit", "bitsandbytes 4 bit"),
        ("bnb-8bit", "bitsandbytes 8 bit"), ("mxfp4", "MXFP4"), ("nvfp4", "NVFP4"), ("torchao-int8", "torchao"),
        ("int4-packed", "compressed-tensors"), ("mlx", "MLX"), ("fp8-block", "F8_E4M3"),
    ])
    func `schemes have the names that people use`(name: String, scheme: String) throws {
        let place = try TemporaryFolder()
        let quantized = QuantizedTensors(in: try open("bodies/\(name)", in: place))
        #expect(Set(quantized.modules.map(\.scheme)) == [scheme])
    }

    @Test func `what is called scale beside plain numbers is no part`() throws {
        let place = try TemporaryFolder()
        try place.write("config.json", "{}")
        try SmallCheckpoint.write(
            [.counting("a.weight", [4, 4]), .counting("a.scale", [4]), .counting("b.scales", [4])],
            to: place.path.appending("model.safetensors"))
        #expect(QuantizedTensors(in: try Checkpoint.open(place.path, formats: .builtIn)).modules.isEmpty)
    }

    @Test(arguments: ["fp8-block", "fp8-tensor", "fp8-row", "e5m2-row", "mlx"])
    func `any range of a table is read as numbers`(name: String) throws {
        let place = try TemporaryFolder()
        let quantized = QuantizedTensors(in: try open("tables/\(name)", in: place))
        let weight = try #require(try quantized.weight(named: "model.embed_tokens.weight"))
        #expect(weight.plain.shape == [416, 64])
        let reader = DequantizedReader(weight)
        let whole = try reader.bytes(of: weight.plain)
        for range in [0..<4, 252..<260, 64 * 4 * 100 + 12..<64 * 4 * 131 + 8, whole.count - 4..<whole.count, 8..<8] {
            var part: [UInt8] = []
            try reader.read(weight.plain, bytes: range) { (bytes: RawSpan) throws(FormatError) in
                part += bytes.copied
            }
            #expect(part == Array(whole[range]))
        }
    }

    @Test func `a table that fills less than a block has more blocks with more rows`() throws {
        let place = try TemporaryFolder()
        let checkpoint = try open("tables/fp8-tensor", in: place)
        let whole = try #require(try QuantizedTensors(in: checkpoint).weight(named: "lm_head.weight"))
        #expect(try whole.resized(to: 1000).map(\.shape) == [[1000, 64], [1]])
        let settings = #"{"quantization_config":{"quant_method":"fp8","weight_block_size":[128,128]}}"#
        try place.write("config.json", settings)
        let writing = TensorContents { (tensor: TensorDescriptor, sink: TensorContents.Sink) throws(FormatError) in
            let bytes = [UInt8](repeating: 0x38, count: tensor.byteCount)
            try unsafe sink(bytes.span.bytes)
        }
        let tensors = [
            try TensorDescriptor(name: "lm_head.weight", elementType: .f8e4m3, shape: [100, 64]),
            try TensorDescriptor(name: "lm_head.weight_scale_inv", elementType: .f32, shape: [1, 1]),
        ]
        var options = WriteOptions()
        options.replacesExisting = true
        try SafetensorsFormat().write(
            tensors, metadata: [:], options: options, to: place.path.appending("model.safetensors"), contents: writing)
        let small = QuantizedTensors(in: try Checkpoint.open(place.path, formats: .builtIn))
        let blocks = try #require(try small.weight(named: "lm_head.weight"))
        #expect(try blocks.resized(to: 200).map(\.shape) == [[200, 64], [2, 1]])
    }

    private func leftOut(_ config: String) throws -> String {
        let names = try Vocabulary(tokens: [(0, TokenText("a"))], spelling: .plain)
        var rewriter = CheckpointConfig(from: names, to: names)
        let new = rewriter.leaveOut(
            ["lm_head"], of: JSONBuilder(try JSONDocument(Array(config.utf8)).root), named: "config.json")
        return String(decoding: new.written(), as: UTF8.self)
    }

    @Test(arguments: [
        (#"{"quant_method":"fp8"}"#, #"{"quant_method":"fp8","modules_to_not_convert":["lm_head"]}"#),
        (
            #"{"quant_method":"fp8","modules_to_not_convert":null}"#,
            #"{"quant_method":"fp8","modules_to_not_convert":["lm_head"]}"#
        ),
        (#"{"quant_method":"compressed-tensors"}"#, #"{"quant_method":"compressed-tensors","ignore":["lm_head"]}"#),
        (
            #"{"quant_method":"fp8","ignored_layers":["a"]}"#,
            #"{"quant_method":"fp8","ignored_layers":["a","lm_head"]}"#
        ),
        (
            #"{"quant_method":"bitsandbytes"}"#,
            #"{"quant_method":"bitsandbytes","llm_int8_skip_modules":["lm_head"]}"#
        ),
        (#"{"quant_method":"quark"}"#, #"{"quant_method":"quark","exclude":["lm_head"]}"#),
        (#"{"group_size":64,"bits":4}"#, #"{"group_size":64,"bits":4,"lm_head":false}"#),
    ])
    func `every method's own list leaves out what became plain`(settings: String, expected: String) throws {
        #expect(
            try leftOut(#"{"text_config":{"quantization_config":\#(settings)}}"#).replacingSpaces
                == #"{"text_config":{"quantization_config":\#(expected)}}"#)
    }
}

extension String {
    fileprivate var replacingSpaces: String { filter { !$0.isWhitespace } }
}
