import Checkpoints
import Focus
import FocusEngine
import Glibc
import SafetensorsFormat
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// A format of somebody else, with shards: files like those of safetensors, and an index that has the name of one in
/// each line.
private struct ListedFormat: TensorFormat {
    let name = "listed"
    let fileExtensions = ["listed"]
    let traits = FormatTraits(summary: "a list of files", layout: .shards(index: ".list"))

    func recognizes(_ prefix: RawSpan) -> Bool { false }

    func open(_ path: FilePath) throws(FormatError) -> any TensorReader {
        guard path.extension == "list" else { return try SafetensorsFormat().open(path) }
        let lines = try MappedFile(path).withBytes { String(decoding: $0.copied, as: UTF8.self) }
        let folder = path.removingLastComponent()
        var shards: [TensorShard] = []
        for line in lines.split(separator: "\n") {
            let file = folder.appending(String(line))
            shards.append(TensorShard(path: file, reader: try SafetensorsFormat().open(file)))
        }
        return ListedReader(shards: shards)
    }

    func write(
        _ tensors: [TensorDescriptor], metadata: [String: String], options: WriteOptions, to path: FilePath,
        contents: TensorContents
    ) throws(FormatError) {
        try SafetensorsFormat().write(tensors, metadata: metadata, options: options, to: path, contents: contents)
    }
}

private struct ListedReader: TensorReader {
    let shards: [TensorShard]
    let metadata: [String: String] = [:]
    var tensors: [TensorDescriptor] { shards.flatMap(\.reader.tensors) }
    var parts: [FilePath] { shards.map(\.path) }

    func rewrittenIndex(byteCount: Int, elementCount: Int) -> [UInt8] {
        Array(shards.map { ($0.path.lastComponent?.string ?? "") + "\n" }.joined().utf8)
    }

    func read(
        _ tensor: TensorDescriptor, bytes range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        for shard in shards where shard.reader.tensors.contains(tensor) {
            try shard.reader.read(tensor, bytes: range, body)
        }
    }
}

@Suite struct `Shards of another format` {
    @Test func `are read, and written as they were`() throws {
        let place = try TemporaryFolder()
        let golden = GoldenCase.all[9]
        try golden.prepare(in: place)
        let source = place.path.appending("source")
        var options = SpecializationOptions(checkpoint: source, tokenizer: place.path.appending("target"))
        options.method = .focus
        options.rows = .vectors(place.path.appending("auxiliary.npy"))
        options.destination = .init(folder: place.path.appending("expected"))
        try Specialization(options).run()

        let tensors = try SmallCheckpoint.read(source.appending("model.safetensors"))
        let reader = try SafetensorsFormat().open(source.appending("model.safetensors"))
        for (index, tensor) in reader.tensors.enumerated() {
            let values = SmallCheckpoint.Tensor(
                name: tensor.name, shape: tensor.shape, values: tensors[tensor.name] ?? [])
            try SmallCheckpoint.write([values], to: source.appending("\(index).listed"))
        }
        let names = reader.tensors.indices.map { "\($0).listed\n" }.joined()
        try place.write("source/model.list", names)
        unsafe unlink(source.appending("model.safetensors").string)

        var formats = FormatRegistry.builtIn
        try formats.add(ListedFormat())
        let checkpoint = try Checkpoint.open(source, formats: formats)
        #expect(checkpoint.files.count == reader.tensors.count)
        options.formats = formats
        options.destination = .init(folder: place.path.appending("output"))
        try Specialization(options).run()
        let expected = try SmallCheckpoint.read(place.path.appending("expected/model.safetensors"))
        for (index, tensor) in reader.tensors.enumerated() {
            let written = try SmallCheckpoint.read(place.path.appending("output/\(index).listed"))
            #expect(written[tensor.name] == expected[tensor.name])
        }
        #expect(try place.read("output/model.list") == Array(names.utf8))
    }
}
