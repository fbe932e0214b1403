internal import Glibc
internal import SystemPackage

/// A folder of one law, with plain access to the files in it, without the code under test.
struct ScratchFolder {
    let path: FilePath

    init(in folder: FilePath) throws {
        var template = Array((folder.string + "/law-XXXXXX").utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
        path = FilePath(platformString: template)
    }

    /// A folder inside of this one.
    func folder(_ name: String) throws -> ScratchFolder {
        try ScratchFolder(in: path)
    }

    /// The names of what is directly inside of `folder`, hidden files too, sorted.
    static func entries(of folder: FilePath) -> [String] {
        guard let stream = unsafe opendir(folder.string) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    var entries: [String] {
        ScratchFolder.entries(of: path)
    }

    static func isFolder(_ path: FilePath) -> Bool {
        var status = stat()
        return unsafe lstat(path.string, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The contents of all files in this folder and below, by path.
    func files() throws -> [FilePath: [UInt8]] {
        try ScratchFolder.files(in: path)
    }

    /// The contents of all files in `folder` and below, by path.
    static func files(in folder: FilePath) throws -> [FilePath: [UInt8]] {
        var files: [FilePath: [UInt8]] = [:]
        func collect(_ folder: FilePath, _ relative: FilePath) throws {
            for entry in ScratchFolder.entries(of: folder) {
                let path = folder.appending(entry)
                if ScratchFolder.isFolder(path) {
                    try collect(path, relative.appending(entry))
                } else {
                    files[relative.appending(entry)] = try ScratchFolder.read(path)
                }
            }
        }
        try collect(folder, FilePath(""))
        return files
    }

    static func read(_ path: FilePath) throws -> [UInt8] {
        let descriptor = try FileDescriptor.open(path, .readOnly)
        return try descriptor.closeAfter {
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = try unsafe buffer.withUnsafeMutableBytes { try unsafe descriptor.read(into: $0) }
                if count == 0 { return bytes }
                bytes.append(contentsOf: buffer[..<count])
            }
        }
    }

    func write(_ name: FilePath, _ bytes: some Sequence<UInt8>) throws {
        let file = path.pushing(name)
        makeFolder(file.removingLastComponent())
        let descriptor = try FileDescriptor.open(
            file, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
        try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
    }

    private func makeFolder(_ folder: FilePath) {
        guard !ScratchFolder.isFolder(folder) else { return }
        makeFolder(folder.removingLastComponent())
        unsafe mkdir(folder.string, 0o755)
    }

    func remove() {
        ScratchFolder.remove(path)
    }

    static func remove(_ path: FilePath) {
        guard unsafe unlink(path.string) != 0 else { return }
        for entry in entries(of: path) { remove(path.appending(entry)) }
        unsafe rmdir(path.string)
    }
}
