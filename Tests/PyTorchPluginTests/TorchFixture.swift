import PluginHost
import SafetensorsFormat
import SystemPackage
import TensorIO
import TestSupport

/// A file that torch wrote, and the plug-in that reads it.
struct TorchFixture {
    /// The name below Tests/Fixtures/pytorch.
    let name: String

    var path: FilePath {
        Fixture.folder.appending("pytorch").pushing(FilePath(name))
    }

    /// The tensors that torch says are in it, from the safetensors file of the same name.
    var expected: [TensorName: (description: String, bytes: [UInt8])] {
        get throws {
            let stem = FilePath(name).stem ?? name
            let path = Fixture.folder.appending("pytorch").appending("\(stem).safetensors")
            return try TorchFixture.contents(of: try SafetensorsFormat().open(path))
        }
    }

    /// What the plug-in reads.
    var found: [TensorName: (description: String, bytes: [UInt8])] {
        get throws {
            try TorchFixture.contents(of: try TorchFixture.plugin.open(path))
        }
    }

    private static func contents(
        of reader: any TensorReader
    ) throws -> [TensorName: (description: String, bytes: [UInt8])] {
        Dictionary(
            uniqueKeysWithValues: try reader.tensors.map { tensor in
                (tensor.name, (tensor.description, try reader.bytes(of: tensor)))
            })
    }

    /// The plug-in that was built with the tests.
    static var plugin: PluginFormat {
        get throws {
            try PluginLibrary.load(BuiltPlugins.path(of: "pytorch"))
        }
    }
}
