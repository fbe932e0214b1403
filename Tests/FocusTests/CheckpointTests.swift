import Checkpoints
import Focus
import Replacement
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

    @Test func `reads a tensor in two shards once`() throws {
        try shard("s1.safetensors", ["a", "b"])
        try shard("s2.safetensors", ["b"])
        try index(#""a":"s1.safetensors","b":"s2.safetensors""#)
        let checkpoint = try open()
        #expect(checkpoint.tensors.map(\.tensor.name) == ["a", "b"])
        #expect(checkpoint.notes.contains { $0.contains("'s1.safetensors' and in 's2.safetensors'") })
    }

    @Test func `reads one file before an index, and an index before other copies`() throws {
        try shard("consolidated.safetensors", ["other"])
        try shard("p-00001-of-00001.safetensors", ["a"])
        try index(#""a":"p-00001-of-00001.safetensors""#)
        #expect(try open().tensors.map(\.tensor.name) == ["a"])
        try shard("model.safetensors", ["b"])
        let checkpoint = try open()
        #expect(checkpoint.tensors.map(\.tensor.name) == ["b"])
        #expect(try checkpoint.remarks.contains { $0.contains("model.safetensors.index.json") })
    }

    @Test func `reads a variant only where it is asked for`() throws {
        try shard("model.ema.safetensors", ["a"])
        let error = #expect(throws: FocusError.self) { try open() }
        #expect(error.map { "\($0)".contains("--variant ema") } == true)
        let checkpoint = try Checkpoint.open(place.path, variant: "ema", formats: .builtIn)
        #expect(checkpoint.tensors.map(\.tensor.name) == ["a"])
        try shard("model.safetensors", ["b"])
        #expect(try open().tensors.map(\.tensor.name) == ["b"])
        #expect(throws: FocusError.self) { try Checkpoint.open(place.path, variant: "fp8", formats: .builtIn) }
    }

    @Test func `reads the index of a variant however it is called`() throws {
        try shard("model.half-00001-of-00001.safetensors", ["a"])
        for name in ["model.safetensors.index.half.json", "model.half.safetensors.index.json"] {
            try place.write(name, #"{"weight_map":{"a":"model.half-00001-of-00001.safetensors"}}"#)
            let checkpoint = try Checkpoint.open(place.path, variant: "half", formats: .builtIn)
            #expect(checkpoint.index?.name == name)
            StagedFile.remove(place.path.appending(name))
        }
    }

    @Test func `names the shards that are not there`() throws {
        try shard("net-2-of-4.safetensors", ["a"])
        try shard("net-3-of-4.safetensors", ["b"])
        let error = #expect(throws: FocusError.self) { try open() }
        for name in ["'net-1-of-4.safetensors'", "'net-4-of-4.safetensors'"] {
            #expect(error.map { "\($0)".contains(name) } == true, "\(error.map { "\($0)" } ?? "")")
        }
        let checkpoint = try Checkpoint.open(place.path.appending("net-2-of-4.safetensors"), formats: .builtIn)
        #expect(checkpoint.notes.contains { $0.contains("shard 2 of 4") })
    }

    @Test func `reads the only shard of one`() throws {
        try shard("model-00001-of-00001.safetensors", ["a"])
        #expect(try open().tensors.count == 1)
    }

    @Test(arguments: [
        ("model_00003.weights.h5", "parts"), ("__1_0.distcp", "dcp_to_torch"),
        ("modules.json", "'1_Static'"),
    ])
    func `says where the weights are instead`(file: String, sentence: String) throws {
        try place.write(file, #"[{"path": ".."}, {"path": "1_Static"}]"#)
        try place.write("1_Static/model.safetensors", "something")
        let error = #expect(throws: FocusError.self) { try open() }
        #expect(error.map { "\($0)".contains(sentence) } == true, "\(error.map { "\($0)" } ?? "")")
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
