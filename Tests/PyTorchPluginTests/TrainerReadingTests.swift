import FormatConformance
import PluginHost
import SafetensorsFormat
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// Checkpoints that training programs wrote, read through the plug-in.
@Suite struct `The PyTorch plug-in reads what trainers leave` {
    static let names = [
        "dcp-one", "dcp-two", "dcp-megatron", "dcp-bert", "dcp-safetensors", "zero-1", "zero-2", "zero-2-bf16",
        "zero-3", "zero-3-frozen",
    ]

    private func sample(_ name: String) -> FilePath {
        Fixture.folder.appending("trainers").appending(name)
    }

    @Test(arguments: names)
    func `with the contents that their own readers find`(name: String) throws {
        let reader = try TorchFixture.plugin.open(sample(name))
        let expected = try SafetensorsFormat().open(sample("\(name).safetensors"))
        let weights = expected.tensors.filter { !"\($0.name)".hasPrefix("optim") }
        #expect(Set(reader.tensors) == Set(weights))
        for tensor in weights {
            #expect(try reader.bytes(of: tensor) == expected.bytes(of: tensor), "\(tensor)")
        }
    }

    @Test(arguments: ["dcp-two", "dcp-megatron", "dcp-safetensors", "zero-1", "zero-2", "zero-3"], ReadingLaw.allCases)
    func `as the law says`(name: String, law: ReadingLaw) throws {
        let place = try TemporaryFolder()
        let suite = ReadingConformance(of: try TorchFixture.plugin, sample: sample(name), in: place.path)
        #expect(suite.violations(of: law) == [])
    }

    @Test func `the states of the optimizer where they are asked for`() throws {
        let settings = [PluginSetting(key: "root", value: "optimizer")]
        let plugin = try PluginLibrary.load(BuiltPlugins.path(of: "pytorch"), settings: settings)
        #expect(try plugin.open(sample("dcp-one")).tensors.count == 15)
        #expect(try TorchFixture.plugin.open(sample("dcp-one")).metadata["dcp.left_out"]?.contains("(15)") == true)
    }

    @Test func `a folder in a folder of training`() throws {
        let inner = try TorchFixture.plugin.open(sample("zero-3/global_step2"))
        let outer = try TorchFixture.plugin.open(sample("zero-3"))
        #expect(inner.tensors == outer.tensors)
        #expect(outer.parts.first?.lastComponent?.string == "latest")
    }
}
