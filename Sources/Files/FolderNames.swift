private import Glibc
package import SystemPackage

/// The names in a folder.
package enum FolderNames {
    /// The names in `folder`, in the order of their bytes; what is not UTF-8 in them is replaced.
    ///
    /// - Throws: `Errno` where the folder cannot be listed.
    package static func list(_ folder: FilePath) throws(Errno) -> [String] {
        let descriptor = try FolderNames.open(folder)
        defer { close(descriptor) }
        let names = try list(keepingOpen: descriptor).map { name in
            unsafe name.withUnsafeBufferPointer { unsafe String(cString: $0.baseAddress!) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The names in an open folder as the system has them, ended by zeros, in no order.
    ///
    /// - Parameter descriptor: the folder, which stays open.
    /// - Throws: `Errno` where the folder cannot be listed.
    package static func list(keepingOpen descriptor: CInt) throws(Errno) -> [[CChar]] {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw Errno(rawValue: errno) }
        guard let stream = unsafe fdopendir(copy) else {
            let failure = Errno(rawValue: errno)
            close(copy)
            throw failure
        }
        defer { unsafe closedir(stream) }
        var names: [[CChar]] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe Array(UnsafeBufferPointer(start: $0, count: strlen($0) + 1))
                }
            }
            if name != [46, 0], name != [46, 46, 0] { names.append(name) }
        }
        return names
    }

    /// Forces the names in `folder` to disk. File systems that cannot do that keep their names in order by themselves,
    /// and a folder that may be written but not read cannot be forced to disk by anybody.
    ///
    /// - Throws: `Errno` where the folder is not there, or the disk does not do what it should.
    package static func synchronize(_ folder: FilePath) throws(Errno) {
        let descriptor: CInt
        do throws(Errno) {
            descriptor = try FolderNames.open(folder)
        } catch .permissionDenied {
            return
        }
        defer { close(descriptor) }
        guard fsync(descriptor) != 0 else { return }
        let failure = Errno(rawValue: errno)
        let cannot: [Errno] = [.invalidArgument, .badFileDescriptor, .readOnlyFileSystem, .notSupported, .noFunction]
        guard cannot.contains(failure) else { throw failure }
    }

    private static func open(_ folder: FilePath) throws(Errno) -> CInt {
        let path = folder.isEmpty ? "." : folder.string
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        return descriptor
    }
}
