private import Glibc
public import SystemPackage

/// A fresh folder that is removed with all that is in it when the last reference goes.
public final class TemporaryFolder: Sendable {
    /// Where it is.
    public let path: FilePath

    /// Makes a folder below the system's temporary one.
    public init() throws {
        let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        var template = Array((base + "/focus-test-XXXXXX").utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
        path = FilePath(platformString: template)
    }

    /// Writes a file of that name, making folders on the way, and returns where it is.
    @discardableResult
    public func write(_ name: String, _ bytes: [UInt8]) throws -> FilePath {
        let file = path.pushing(FilePath(name))
        mkdirs(file.removingLastComponent().string)
        let descriptor = try FileDescriptor.open(
            file, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
        try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
        return file
    }

    /// Writes a file of that name holding `text`.
    @discardableResult
    public func write(_ name: String, _ text: String) throws -> FilePath {
        try write(name, Array(text.utf8))
    }

    /// Writes the fixtures below `folder` named `files` into this folder and returns it.
    @discardableResult
    public func copyFixtures(_ folder: String, _ files: [String]) throws -> FilePath {
        for file in files { try write(file, Fixture("\(folder)/\(file)").bytes) }
        return path
    }

    /// The contents of the file of that name.
    public func read(_ name: String) throws -> [UInt8] {
        let descriptor = try FileDescriptor.open(path.pushing(FilePath(name)), .readOnly)
        return try descriptor.closeAfter {
            var output: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = try unsafe buffer.withUnsafeMutableBytes { try unsafe descriptor.read(into: $0) }
                if count == 0 { return output }
                output.append(contentsOf: buffer[..<count])
            }
        }
    }

    /// The names of the entries of the folder, sorted.
    public var entries: [String] {
        TemporaryFolder.entries(of: path)
    }

    /// The names of the entries of the folder of that name, sorted.
    public func entries(of name: String) -> [String] {
        TemporaryFolder.entries(of: path.pushing(FilePath(name)))
    }

    private static func entries(of path: FilePath) -> [String] {
        guard let folder = unsafe opendir(path.string) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private static func remove(_ path: FilePath) {
        // A link is removed, never followed.
        guard unsafe unlink(path.string) != 0 else { return }
        for entry in entries(of: path) { remove(path.appending(entry)) }
        unsafe rmdir(path.string)
    }

    private func mkdirs(_ folder: String) {
        guard unsafe access(folder, F_OK) != 0 else { return }
        mkdirs(FilePath(folder).removingLastComponent().string)
        unsafe mkdir(folder, 0o755)
    }

    deinit {
        TemporaryFolder.remove(path)
    }
}
