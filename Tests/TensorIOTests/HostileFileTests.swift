import HDF5Format
import NumPyFormat
import RawFormat
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// Files that nobody should have written: a little of everything that readers of tensors have fallen for.
struct HostileFileTests {
    private func path(_ name: String) -> FilePath {
        Fixture.folder.appending("hostile").appending(name)
    }

    /// The error of opening the file, or else of reading all of it.
    private func failure(_ format: any TensorFormat, _ name: String) -> FormatError? {
        do throws(FormatError) {
            let reader = try format.open(path(name))
            for tensor in reader.tensors { try reader.read(tensor) { _ throws(FormatError) in } }
            return nil
        } catch {
            return error
        }
    }

    // MARK: Archives

    @Test(arguments: [
        ("duplicate", "two members of one name"), ("local-name", "directory"), ("overlap", "directory"),
        ("longer", "not as long"), ("shorter", "not as long"), ("bomb", "would unpack from 1122 to 4294967294 bytes"),
    ])
    func `an archive that lies is refused in words`(name: String, words: String) {
        let error = failure(NPZFormat(), name + ".npz")
        #expect(error.map { "\($0)".contains(words) } == true, "\(String(describing: error))")
    }

    @Test func `names that lead out of a folder are names of tensors and nothing more`() throws {
        let reader = try NPZFormat().open(path("dots.npz"))
        #expect(reader.tensors.map(\.name) == ["../../x", "/etc/x"])
        for tensor in reader.tensors { #expect(try reader.bytes(of: tensor).count == 24) }
    }

    @Test func `members with sizes of 64 bits are read`() throws {
        let reader = try NPZFormat().open(path("zip64.npz"))
        #expect(reader.tensors.map(\.description) == ["a F32 [6]", "b F32 [6]"])
        for tensor in reader.tensors { #expect(try reader.bytes(of: tensor).count == 24) }
    }

    // MARK: HDF5

    @Test(arguments: [
        ("petabyte", "never written in full"), ("petabyte-chunk", "would unpack from 17 to 536870912 bytes"),
        ("petabyte-zstd", "would unpack from 19 to 536870912 bytes"), ("wrong-chunk", "cannot unpack to 400 bytes"),
    ])
    func `a dataset of more than its file can hold is refused in words`(name: String, words: String) {
        let error = failure(HDF5Format(), name + ".h5")
        #expect(error.map { "\($0)".contains(words) } == true, "\(String(describing: error))")
        #expect(error?.tensor == "x")
    }

    // MARK: Zstandard

    @Test(arguments: [
        ("wide-window", "zstd -d --long=31"), ("claim", "copy it again"), ("rle", "copy it again"),
    ])
    func `a frame that claims too much is refused in words`(name: String, words: String) {
        let error = failure(RawFormat(), name + "-raw")
        #expect(error.map { "\($0)".contains(words) } == true, "\(String(describing: error))")
    }
}
