import PluginHost
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// Files that torch.save wrote, and that have no tensors that can be read.
@Suite struct `The PyTorch plug-in explains` {
    @Test(arguments: [
        ("script", "TorchScript", "state_dict()"),
        ("quantized", "torch._utils._rebuild_qtensor", "dequantize()"),
        ("sparse", "torch._utils._rebuild_sparse_tensor", "to_dense()"),
        ("meta", "torch._utils._rebuild_meta_tensor_no_storage", "contents"),
        ("complex128", "tensor 'weight'", "complex64"),
        ("storage", "'weight' is a storage", "save a tensor"),
        ("conjugate", "tensor 'weight'", "resolve_conj()"),
        ("module", "torch.nn.modules.linear.Linear", "state_dict"),
        ("array", "numpy", "tensor"),
        ("bytes", "_codecs.encode", "leave them out"),
        ("set", "set", "nothing was run"),
        ("expanded", "tensor 'weight'", "expanded from"),
    ])
    func `what it does not read`(name: String, found: String, cure: String) throws {
        let fixture = TorchFixture(name: "refused/\(name).pt")
        do {
            _ = try TorchFixture.plugin.open(fixture.path)
            Issue.record("was opened")
        } catch let error as FormatError {
            #expect(error.code == .unsupported)
            #expect(error.message.contains(found) && error.message.contains(cure), "\(error)")
        }
    }

    @Test func `shards that are not what the index says`() throws {
        let place = try TemporaryFolder()
        let files = [
            "pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin", "pytorch_model.bin.index.json",
        ]
        try place.copyFixtures("pytorch/shards", files)
        let index = String(decoding: try place.read(files[2]), as: UTF8.self)
        let plugin = try TorchFixture.plugin
        func message(_ index: String) throws -> String {
            try place.write(files[2], index)
            do throws(FormatError) {
                _ = try plugin.open(place.path)
                return "opened"
            } catch {
                return error.message
            }
        }
        #expect(try message(index) == "opened")
        for (text, other, complaint) in [
            (files[1], files[0], "is not in 'pytorch_model-00001-of-00002.bin', where the index says"),
            ("\"step\": \"\(files[1])", "\"step\": \"\(files[0])", "but the index says it is in 'pytorch_model-00001"),
            (files[1], "../\(files[1])", "only plain file names"),
            (files[1], "missing.bin", "file 'missing.bin'"),
            ("\"step\"", "\"stop\"", "tensor 'step': is in"),
            ("weight_map", "weights", "no object 'weight_map'"),
            ("\"step\"", "\"embed.weight\"", "is there twice"),
            ("}", "", "is not the JSON"),
        ] {
            #expect(try message(index.replacing(text, with: other)).contains(complaint), "\(text)")
        }
    }
}
