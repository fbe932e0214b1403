private import Glibc
public import SystemPackage
private import TestSupport

/// A folder in memory whose files take the contents of one input after another.
public final class FuzzFolder: Sendable {
    /// Where it is.
    public let path: FilePath
    private let folder: TemporaryFolder

    /// Makes an empty folder below TMPDIR: set that to one in memory.
    public init() throws {
        folder = try TemporaryFolder()
        path = folder.path
    }

    /// Gives the file called `name` these contents, or removes it where they are nil.
    @discardableResult
    func place(_ name: String, _ bytes: [UInt8]?) throws -> FilePath {
        let file = path.appending(name)
        guard let bytes else {
            unsafe unlink(file.string)
            return file
        }
        let descriptor = try FileDescriptor.open(
            file, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .ownerReadWrite)
        try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
        return file
    }

    /// Gives the files `names` the contents of the sections of `input`; those without a section are removed.
    func place(_ names: [String], sectionsOf input: [UInt8]) throws {
        let sections = FuzzSections.split(input, count: names.count)
        for (index, name) in names.enumerated() {
            try place(name, sections.indices.contains(index) ? sections[index] : nil)
        }
    }
}
