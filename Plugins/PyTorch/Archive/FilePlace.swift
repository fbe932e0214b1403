internal import Glibc

/// Where a file is, as the bytes that the operating system takes.
struct FilePlace {
    let bytes: [UInt8]

    init(_ path: UnsafePointer<CChar>) {
        bytes = unsafe Array(UnsafeRawBufferPointer(start: path, count: strlen(path)))
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// What is called `name` in this folder.
    func appending(_ name: [UInt8]) -> FilePlace {
        FilePlace(bytes: bytes + [UInt8(ascii: "/")] + name)
    }

    /// The last part of the path.
    var name: [UInt8] {
        Array(bytes.split(separator: UInt8(ascii: "/")).last ?? [])
    }

    /// The folder that the file is in.
    var folder: FilePlace {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return FilePlace(bytes: [UInt8(ascii: ".")]) }
        return FilePlace(bytes: slash == 0 ? [UInt8(ascii: "/")] : Array(bytes[..<slash]))
    }

    /// What kind of thing is there; nil where there is nothing.
    private var mode: mode_t? {
        var status = stat()
        return unsafe withCString { path in unsafe stat(path, &status) } == 0 ? status.st_mode & S_IFMT : nil
    }

    var isFolder: Bool {
        mode == S_IFDIR
    }

    var isFile: Bool {
        mode == S_IFREG
    }

    /// The names of what is in this folder, hidden files left out; none where it cannot be looked into.
    var fileNames: [[UInt8]] {
        guard let folder = unsafe withCString({ unsafe opendir($0) }) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [[UInt8]] = []
        while let entry = unsafe readdir(folder), names.count < FilePlace.largestFolder {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe Array($0.prefix { $0 != 0 }) }
            if name.first != UInt8(ascii: ".") { names.append(name) }
        }
        return names
    }

    /// No more names of a folder are looked at.
    private static let largestFolder = 1 << 20

    /// Lends the path as C wants it.
    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        let text = bytes.map(CChar.init(bitPattern:)) + [0]
        return unsafe text.withUnsafeBufferPointer { text in
            // The buffer has at least the zero.
            unsafe body(text.baseAddress!)
        }
    }
}
