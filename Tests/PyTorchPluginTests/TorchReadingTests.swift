import FormatConformance
import PluginHost
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// Files that torch.save wrote, read through the plug-in.
@Suite struct `The PyTorch plug-in reads` {
    static let names = [
        "types.pt", "views.pt", "big-endian.pt", "training.pt", "wrapped.pt", "protocol-5.pt", "no-checksums.pt",
        "legacy.pt",
        "shards",
        "shards/pytorch_model.bin.index.json",
    ]

    @Test(arguments: names)
    func `the tensors that torch says are there`(name: String) throws {
        let fixture = TorchFixture(name: name)
        let found = try fixture.found
        let expected = try name.hasSuffix(".json") ? TorchFixture(name: "shards").expected : fixture.expected
        #expect(Set(found.keys) == Set(expected.keys))
        for (name, tensor) in expected {
            #expect(found[name]?.description == tensor.description)
            #expect(found[name]?.bytes == tensor.bytes, "the contents of \(name)")
        }
    }

    @Test(
        arguments: ["types.pt", "views.pt", "big-endian.pt", "training.pt", "protocol-5.pt", "legacy.pt", "shards"],
        ReadingLaw.allCases)
    func `as the law says`(name: String, law: ReadingLaw) throws {
        let place = try TemporaryFolder()
        let suite = ReadingConformance(
            of: try TorchFixture.plugin, sample: TorchFixture(name: name).path, in: place.path)
        #expect(suite.violations(of: law) == [])
    }

    @Test func `what is no tensor as metadata`() throws {
        let reader = try TorchFixture.plugin.open(TorchFixture(name: "wrapped.pt").path)
        #expect(
            reader.metadata == [
                "epoch": "3", "name": "Größe", "best": "null", "shape": "[2, 3]", "type": "torch.float32",
                "device": "\"cpu\"", "done": "true", "history": "[1, 2.5, \"x\", {\"a\": [1]}]",
                "pytorch.root": "state_dict", "format": "pt",
            ])
    }

    @Test func `shards with the names of all files`() throws {
        let reader = try TorchFixture.plugin.open(TorchFixture(name: "shards").path)
        #expect(
            reader.parts.map { $0.lastComponent?.string } == [
                "pytorch_model.bin.index.json", "pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin",
            ])
    }

    @Test func `names that are the same to Unicode as two`() throws {
        let found = try TorchFixture(name: "views.pt").found
        #expect(found[TensorName("\u{E9}")] != nil && found[TensorName("e\u{301}")] != nil)
    }
}
