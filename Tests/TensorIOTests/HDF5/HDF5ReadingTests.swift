import HDF5Format
import NumPyFormat
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// Files that h5py and hdf5plugin wrote.
struct HDF5ReadingTests {
    private func open(_ name: String) throws -> any TensorReader {
        try HDF5Format().open(Fixture.folder.appending("hdf5").appending(name + ".h5"))
    }

    /// What all the datasets of the fixture hold.
    private func reference() throws -> [UInt8] {
        let reader = try NumPyFormat().open(Fixture.folder.appending("numpy").appending("archive-reference.npy"))
        return try reader.bytes(of: reader.tensors[0])
    }

    @Test(
        arguments: [
            "plain", "big-endian", "group/inner/gzip", "group/zstd", "zstd-big-endian", "fletcher",
        ] as [TensorName])
    func `every layout gives the same contents`(name: TensorName) throws {
        let reader = try open("layouts")
        let tensor = try #require(reader.tensor(named: name))
        #expect(tensor.elementType == .f32)
        #expect(tensor.shape == [41, 53])
        let expected = try reference()
        #expect(try reader.bytes(of: tensor) == expected)
        for range in [0..<1, 5..<1000, 211..<213, 8000..<8692] {
            var bytes: [UInt8] = []
            try reader.read(tensor, bytes: range) { span throws(FormatError) in bytes += span.copied }
            #expect(bytes == Array(expected[range]))
        }
    }

    @Test func `types and shapes are those of the datasets`() throws {
        let reader = try open("layouts")
        let found = Set(reader.tensors.map(\.description))
        for expected in [
            "truth BOOL [3]", "complex C64 [1]", "scalar F64 []", "none F32 [0, 3]", "compact-half F16 [41, 53]",
        ] {
            #expect(found.contains(expected))
        }
        #expect(try reader.bytes(of: reader.tensor(named: "truth")!) == [1, 0, 1])
        #expect(try reader.bytes(of: reader.tensor(named: "complex")!) == [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40])
    }

    @Test func `attributes of the root are metadata`() throws {
        #expect(try open("layouts").metadata == ["format": "pt", "\u{E9}": "\u{FC}", "count": "3"])
    }

    @Test(arguments: [
        ("external-link", "another file"), ("external-storage", "other files"),
        ("virtual", "virtual dataset"), ("missing-filter", "32001 (Blosc)"), ("text", "text"), ("cycle", "second name"),
        ("never-written", "never written"), ("never-written-chunks", "never written"),
    ])
    func `what is not followed or not there is refused in words`(name: String, words: String) throws {
        let error = #expect(throws: FormatError.self) { try open(name) }
        #expect("\(error!)".contains(words))
        #expect(error?.path?.stem == name)
        #expect(error?.tensor != nil)
    }
}
