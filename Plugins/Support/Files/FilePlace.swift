internal import Glibc

/// Where a file is, as the bytes that the operating system takes.
package struct FilePlace {
    package let bytes: [UInt8]

    package init(_ path: UnsafePointer<CChar>) {
        bytes = unsafe Array(UnsafeRawBufferPointer(start: path, count: strlen(path)))
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// What is called `name` in this folder.
    package func appending(_ name: [UInt8]) -> FilePlace {
        FilePlace(bytes: bytes + [UInt8(ascii: "/")] + name)
    }

    /// The path of what is called `name` below this folder.
    ///
    /// - Throws: `Refusal` where that is absolute, or leads out of the folder by its name or by a link.
    package func inside(_ name: [UInt8]) throws(Refusal) -> FilePlace {
        let steps = name.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isPlain =
            !name.contains(0) && name.isUTF8 && name.count <= FilePlace.longestName
            && steps.allSatisfy { !$0.isEmpty && $0 != [UInt8](ascii: "..")[...] }
        guard isPlain else {
            throw Refusal(
                .invalidHeader, "'\(name.printable)' is no file in the folder of the model: only such are read")
        }
        let place = appending(name)
        guard let real = place.real, let own = self.real else { return place }
        guard real.starts(with: own + [UInt8(ascii: "/")]) else {
            throw Refusal(.invalidHeader, "'\(name.printable)' is a link that leads out of the folder of the model")
        }
        return place
    }

    /// The longest name of a file below a folder.
    private static let longestName = 1024

    /// The path without links; nil where there is nothing.
    private var real: [UInt8]? {
        guard let found = unsafe withCString({ unsafe realpath($0, nil) }) else { return nil }
        defer { unsafe free(found) }
        return unsafe Array(UnsafeRawBufferPointer(start: found, count: strlen(found)))
    }

    /// The last part of the path.
    package var name: [UInt8] {
        Array(bytes.split(separator: UInt8(ascii: "/")).last ?? [])
    }

    /// The folder that the file is in.
    package var folder: FilePlace {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return FilePlace(bytes: [UInt8(ascii: ".")]) }
        return FilePlace(bytes: slash == 0 ? [UInt8(ascii: "/")] : Array(bytes[..<slash]))
    }

    /// What kind of thing is there; nil where there is nothing.
    private var mode: mode_t? {
        var status = stat()
        return unsafe withCString { path in unsafe stat(path, &status) } == 0 ? status.st_mode & S_IFMT : nil
    }

    package var isFolder: Bool {
        mode == S_IFDIR
    }

    package var isFile: Bool {
        mode == S_IFREG
    }

    /// Whether this folder has a model in safetensors files, which is read instead of others.
    package var hasSafetensors: Bool {
        appending([UInt8](ascii: "model.safetensors")).isFile
            || appending([UInt8](ascii: "model.safetensors.index.json")).isFile
    }

    /// The names of what is in this folder, hidden files left out; none where it cannot be looked into.
    package var fileNames: [[UInt8]] {
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
    package func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        let text = bytes.map(CChar.init(bitPattern:)) + [0]
        return unsafe text.withUnsafeBufferPointer { text in
            // The buffer has at least the zero.
            unsafe body(text.baseAddress!)
        }
    }
}
