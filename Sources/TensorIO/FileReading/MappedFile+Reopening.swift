private import Glibc
internal import SystemPackage

extension MappedFile {
    /// Opens the file again; nil where another has taken its name.
    func reopen() -> FileDescriptor? {
        var status = stat()
        guard let descriptor = try? FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking]) else {
            return nil
        }
        if unsafe fstat(descriptor.rawValue, &status) == 0, FileIdentity(status) == identity { return descriptor }
        try? descriptor.close()
        return nil
    }
}
