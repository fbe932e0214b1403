private import Glibc
internal import SystemPackage
internal import TestSupport

/// An input that fuzzing starts from.
public struct FuzzSeed: Sendable {
    /// A name for a file.
    public let name: String
    /// The input.
    public let bytes: [UInt8]

    init(_ name: String, _ bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    init(_ name: String, _ text: String) {
        self.init(name, Array(text.utf8))
    }

    /// An input of several files.
    init(_ name: String, files: [[UInt8]]) {
        self.init(name, FuzzSections.joined(files))
    }

    /// An input of several files of Tests/Fixtures.
    init(files: [String]) throws {
        let contents = try files.map { try Fixture($0).bytes }
        self.init(files[0].replacingSlashes, files: contents)
    }

    /// The files below the folder `folder` of Tests/Fixtures whose names end with one of `endings`.
    static func fixtures(_ folder: String, _ endings: String..., unpacking: Bool = false) throws -> [FuzzSeed] {
        try names(below: Fixture.folder.pushing(FilePath(folder))).compactMap { name in
            guard endings.contains(where: name.hasSuffix) else { return nil }
            let file = "\(folder)/\(name)"
            let path = Fixture.folder.pushing(FilePath(file))
            return FuzzSeed(file.replacingSlashes, try unpacking ? Fixture.contents(of: path) : contents(path))
        }
    }

    /// The inputs in Tests/Fuzz/Seeds for the target `name`.
    static func kept(for target: String) throws -> [FuzzSeed] {
        let folder = FilePath(#filePath).removingLastComponent().removingLastComponent().appending("Seeds")
            .appending(target)
        return try names(below: folder).map {
            FuzzSeed($0.replacingSlashes, try contents(folder.pushing(FilePath($0))))
        }
    }

    private static func contents(_ path: FilePath) throws -> [UInt8] {
        let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        return try file.closeAfter {
            var bytes = [UInt8](repeating: 0, count: Int(try file.seek(offset: 0, from: .end)))
            _ = try file.seek(offset: 0, from: .start)
            let count = try unsafe bytes.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
            return Array(bytes.prefix(count))
        }
    }

    /// The paths below `folder` of all files in it, sorted.
    private static func names(below folder: FilePath) -> [String] {
        guard let handle = unsafe opendir(folder.string) else { return [] }
        defer { unsafe closedir(handle) }
        var names: [String] = []
        while let entry = unsafe readdir(handle) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            let inside = FuzzSeed.names(below: folder.appending(name)).map { "\(name)/\($0)" }
            names += inside.isEmpty ? [name] : inside
        }
        return names.sorted()
    }
}

extension String {
    fileprivate var replacingSlashes: String {
        split(separator: "/").joined(separator: "-")
    }
}
