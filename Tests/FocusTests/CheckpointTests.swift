import Checkpoints
import Focus
import SystemPackage
import TensorIO
import TestSupport
import Testing

@Suite struct `Opening a checkpoint` {
    let place: TemporaryFolder

    init() throws {
        place = try TemporaryFolder()
    }

    private func shard(_ name: String, _ tensors: [TensorName]) throws {
        try place.write("config.json", "{}")
        try SmallCheckpoint.write(tensors.map { .counting($0, [3, 2]) }, to: place.path.appending(name))
    }

    private func open() throws -> Checkpoint {
        try Checkpoint.open(place.path, formats: .builtIn)
    }

    private func index(_ map: String) throws {
        try place.write("model.safetensors.index.json", #"{"metadata":{"total_size":48},"weight_map":{\#(map)}}"#)
    }

    @Test func `reads shards in the order of the index`() throws {
        try shard("model-00001-of-00002.safetensors", ["b"])
        try shard("model-00002-of-00002.safetensors", ["a", "c"])
        try index(
            #""b":"model-00001-of-00002.safetensors","a":"model-00002-of-00002.safetensors","c":"model-00002-of-00002.safetensors""#
        )
        #expect(try open().tensors.map(\.tensor.name) == ["b", "a", "c"])
    }

    @Test(arguments: [
        (#""a":"../s1.safetensors","b":"s2.safetensors""#, "only plain file names are followed"),
        (#""a":"/s1.safetensors","b":"s2.safetensors""#, "only plain file names are followed"),
        (#""a":"..","b":"s2.safetensors""#, "only plain file names are followed"),
        (#""a":"s2.safetensors","b":"s2.safetensors""#, "tensor 'a': is not in 's2.safetensors'"),
        (#""a":"s1.safetensors","b":"s2.safetensors","c":"s2.safetensors""#, "tensor 'c': is not in"),
        (#""a":7"#, "only plain file names are followed"),
    ])
    func `refuses an index that does not fit its files`(map: String, sentence: String) throws {
        try shard("s1.safetensors", ["a"])
        try shard("s2.safetensors", ["b"])
        try index(map)
        let error = #expect(throws: (any Error).self) { try open() }
        #expect(error.map { "\($0)".contains(sentence) } == true, "\(error.map { "\($0)" } ?? "")")
    }

    @Test func `refuses a tensor in two shards`() throws {
        try shard("s1.safetensors", ["a", "b"])
        try shard("s2.safetensors", ["b"])
        try index(#""a":"s1.safetensors","b":"s2.safetensors""#)
        let error = #expect(throws: (any Error).self) { try open() }
        #expect(error.map { "\($0)".contains("says it is in 's2.safetensors'") } == true)
    }

    @Test(arguments: [
        ("pytorch_model.bin", "save_pretrained"), ("adapter_model.safetensors", "LoRA"),
        ("readme.txt", "no tensor file"),
    ])
    func `says what a folder without safetensors is`(file: String, sentence: String) throws {
        try place.write(file, "something")
        let error = #expect(throws: (any Error).self) { try open() }
        #expect(error.map { "\($0)".contains(sentence) } == true)
    }

    @Test func `names a Git LFS pointer`() throws {
        try place.write(
            "model.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 471153152\n")
        let error = #expect(throws: FormatError.self) { try open() }
        #expect(error.map { "\($0)".contains("git lfs pull") } == true)
    }

    @Test func `opens one file`() throws {
        try shard("weights.safetensors", ["a"])
        let checkpoint = try Checkpoint.open(place.path.appending("weights.safetensors"), formats: .builtIn)
        #expect(checkpoint.tensors.count == 1)
        #expect(checkpoint.singleFile != nil)
    }
}
