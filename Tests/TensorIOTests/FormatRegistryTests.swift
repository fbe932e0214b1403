import NumPyFormat
import SafetensorsFormat
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// Which format a file is of.
struct FormatRegistryTests {
    private let folder: TemporaryFolder
    private let registry: FormatRegistry

    init() throws {
        folder = try TemporaryFolder()
        registry = try FormatRegistry([SafetensorsFormat(), NumPyFormat()])
    }

    @Test func `bytes tell more than the extension`() throws {
        try folder.write("wrong.npy", Fixture("safetensors/all-types.safetensors").bytes)
        try folder.write("wrong.safetensors", Fixture("numpy/f4-little-c.npy").bytes)
        try folder.write("none", Fixture("numpy/f4-little-c.npy").bytes)
        #expect(try registry.format(of: folder.path.appending("wrong.npy")).name == "safetensors")
        #expect(try registry.format(of: folder.path.appending("wrong.safetensors")).name == "npy")
        #expect(try registry.format(of: folder.path.appending("none")).name == "npy")
        #expect(try registry.open(folder.path.appending("wrong.npy")).tensors.count > 20)
    }

    @Test func `the extension decides where the bytes tell nothing`() throws {
        let path = try folder.write("x.safetensors", [1, 2, 3])
        #expect(try registry.format(of: path).name == "safetensors")
    }

    @Test func `an unknown file is an error that names the known formats`() throws {
        let path = try folder.write("x.bin", "just text")
        let error = #expect(throws: FormatError.self) { try registry.format(of: path) }
        #expect("\(error!)".contains("safetensors, npy"))
        #expect(error?.code == .unrecognized)
    }

    @Test(arguments: ["model.safetensors", "model.npy", "model.bin"])
    func `a Git LFS pointer is named as such`(name: String) throws {
        let path = try folder.write(name, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
        let error = #expect(throws: FormatError.self) { try registry.open(path) }
        #expect("\(error!)".contains("git lfs pull"))
    }

    @Test func `two formats of one name are an error`() {
        #expect(throws: FormatError.self) { try FormatRegistry([NumPyFormat(), NumPyFormat()]) }
    }
}
