import SafetensorsFormat
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// Checkpoints in several files.
struct ShardedReaderTests {
    private let folder: TemporaryFolder
    private static let fixture = Fixture.folder.pushing("safetensors/sharded/model.safetensors.index.json")

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Writes a shard that holds tensors of one byte named `names`.
    private func shard(_ file: String, _ names: [TensorName]) throws {
        try SafetensorsFormat().write(
            names.map { try TensorDescriptor(name: $0, elementType: .u8, shape: [1]) }, metadata: ["shard": file],
            options: WriteOptions(), to: folder.path.appending(file),
            contents: TensorContents { tensor, sink throws(FormatError) in
                try unsafe sink([tensor.name.bytes[0]].span.bytes)
            })
    }

    private func open(_ map: String) throws -> ShardedReader {
        try ShardedReader(index: try folder.write("model.safetensors.index.json", "{\"weight_map\":{\(map)}}"))
    }

    private func error(_ map: String) -> FormatError? {
        #expect(throws: FormatError.self) { try open(map) }
    }

    @Test func `shards of the reference library are read as one`() throws {
        let reader = try ShardedReader(index: ShardedReaderTests.fixture)
        #expect(reader.shards.count > 1)
        #expect(
            reader.tensors.map(\.name).sorted()
                == ["embeddings.word/x", "e\u{301}", "head", "layer.0.b", "layer.0.w", "\u{E9}"].sorted())
        #expect(reader.indexedByteCount == reader.tensors.reduce(0) { $0 + $1.byteCount })
        #expect(reader.metadata["format"] == "pt")
        let head = try #require(reader.tensor(named: "head"))
        #expect(try reader.bytes(of: head) == [0, 1, 2, 3, 4])
        #expect(
            reader.shard(of: "head")
                == reader.parts.first { path in (try? SafetensorsFormat().open(path).tensor(named: "head")) != nil })
        #expect(reader.shard(of: "none") == nil)
    }

    @Test func `an index is recognised by what it says`() throws {
        let registry = try FormatRegistry([SafetensorsFormat()])
        #expect(try registry.format(of: ShardedReaderTests.fixture).name == "safetensors")
        #expect(try registry.open(ShardedReaderTests.fixture).tensors.count == 6)
        let other = try folder.write("config.json", "{\"vocab_size\": 3}")
        #expect(throws: FormatError.self) { try registry.open(other) }
    }

    @Test(arguments: ["../x", "/etc/passwd", "a/b", "..", ".", "", "a\\u0000b"])
    func `a file name that leaves the folder is refused`(file: String) throws {
        let error = error("\"a\":\"\(file)\"")
        #expect(error?.tensor == "a")
        #expect("\(error!)".contains("not beside the index"))
    }

    @Test func `of a tensor in two shards the last counts, as in transformers`() throws {
        try shard("1", ["a", "b"])
        try shard("2", ["b"])
        let reader = try open("\"a\":\"1\",\"b\":\"2\"")
        #expect(reader.tensors.map(\.name) == ["a", "b"])
        #expect(reader.shard(of: "b") == folder.path.appending("2"))
        #expect(reader.shards[0].reader.tensors.map(\.name) == ["a"])
        #expect(reader.notes.contains { $0.contains("'b' is in '1' and in '2'") })
    }

    @Test func `an index that says another shard than the last is an error with the cure`() throws {
        try shard("1", ["a", "b"])
        try shard("2", ["b", "c"])
        let error = error("\"a\":\"1\",\"b\":\"1\",\"c\":\"2\"")
        #expect(error?.tensor == "b")
        #expect("\(error!)".contains("remove it from the shard that is out of date"))
    }

    @Test func `a tensor in no shard is an error`() throws {
        try shard("1", ["a"])
        let error = error("\"a\":\"1\",\"b\":\"1\"")
        #expect(error?.code == .missingTensor)
        #expect(error?.tensor == "b")
    }

    @Test func `a tied head in no shard is no longer named`() throws {
        try shard("1", ["a"])
        let path = try folder.write(
            "model.safetensors.index.json", "{\"metadata\":null,\"weight_map\":{\"lm_head\":\"1\",\"a\":\"1\"}}")
        let reader = try ShardedReader(index: path) { $0 == "lm_head" }
        #expect(reader.tensors.map(\.name) == ["a"])
        #expect(reader.notes.contains { $0.contains("'lm_head' in '1'") })
        let text = String(decoding: reader.rewrittenIndex(byteCount: 1, elementCount: 1), as: UTF8.self)
        #expect(!text.contains("lm_head") && text.contains("\"total_size\": 1"))
    }

    @Test func `a tensor that the index does not know is read and named`() throws {
        try shard("1", ["a", "b"])
        let reader = try open("\"a\":\"1\"")
        #expect(reader.tensors.map(\.name) == ["a", "b"])
        #expect(reader.notes.contains { $0.contains("'b'") && $0.contains("does not name") })
        let text = String(decoding: reader.rewrittenIndex(byteCount: 2, elementCount: 2), as: UTF8.self)
        #expect(text.contains("\"b\": \"1\""))
    }

    @Test func `a shard that is missing is named with its index`() throws {
        let error = error("\"a\":\"model-1.safetensors\"")
        #expect(error?.path == folder.path.appending("model-1.safetensors"))
        #expect("\(error!)".contains("names it as a shard"))
    }

    @Test(arguments: [
        "", "[]", "{", "{}", "{\"weight_map\":[]}", "{\"weight_map\":{\"a\":1}}",
        "{\"weight_map\":{\"a\":\"1\",\"a\":\"1\"}}",
    ])
    func `what is no index is an error`(text: String) throws {
        let path = try folder.write("x.json", text)
        #expect(throws: FormatError.self) { try ShardedReader(index: path) }
    }

    @Test func `an empty index is an empty checkpoint`() throws {
        #expect(try open("").tensors.isEmpty)
    }

    @Test(arguments: [1, 10, 50, 1_000_000])
    func `what is written in shards is read again`(shardSize: Int) throws {
        let reader = try ShardedReader(index: ShardedReaderTests.fixture)
        let path = folder.path.appending("model.safetensors.index.json")
        var options = WriteOptions()
        options.shardSize = shardSize
        try SafetensorsFormat().write(
            reader.tensors, metadata: reader.metadata, options: options, to: path,
            contents: TensorContents(copying: reader))
        let again = try ShardedReader(index: path)
        #expect(Set(again.tensors) == Set(reader.tensors))
        #expect(again.metadata == reader.metadata)
        #expect(again.indexedByteCount == reader.indexedByteCount)
        for tensor in reader.tensors { #expect(try again.bytes(of: tensor) == reader.bytes(of: tensor)) }
        for shard in again.parts {
            let contents = try SafetensorsFormat().open(shard).tensors
            #expect(
                contents.reduce(0) { $0 + $1.byteCount } <= shardSize || contents.filter { $0.byteCount > 0 }.count == 1
            )
        }
        #expect(folder.entries.contains { $0.hasPrefix("model-00001-of-0000") })
        #expect(folder.entries.count == again.shards.count + 1)
    }

    @Test func `a provider that throws leaves no shard behind`() throws {
        let reader = try ShardedReader(index: ShardedReaderTests.fixture)
        let contents = TensorContents { tensor, sink throws(FormatError) in
            guard tensor.name != reader.tensors[3].name else { throw FormatError(.cancelled, "was cancelled") }
            try reader.read(tensor, sink)
        }
        var options = WriteOptions()
        options.shardSize = 1
        #expect(throws: FormatError.self) {
            try SafetensorsFormat().write(
                reader.tensors, metadata: [:], options: options,
                to: folder.path.appending("model.safetensors.index.json"), contents: contents)
        }
        #expect(folder.entries == [])
    }

    @Test func `a shard that exists is kept`() throws {
        try folder.write("model-00001-of-00001.safetensors", "mine")
        let error = #expect(throws: FormatError.self) {
            try SafetensorsFormat().write(
                [], metadata: [:], options: WriteOptions(), to: folder.path.appending("model.safetensors.index.json"),
                contents: TensorContents { _, _ in })
        }
        #expect(error?.code == .destinationExists)
        #expect(folder.entries == ["model-00001-of-00001.safetensors"])
    }
}
