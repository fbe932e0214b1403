private import Glibc

/// The environment variables by which libraries would change what focus does.
enum LibraryEnvironment {
    /// Takes away what the HDF5 library would follow: folders of plug-ins and of other files, locking, what it prints.
    /// To be called while there is one thread.
    static func clear() {
        var names: [String] = []
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            let name = unsafe String(cString: text).prefix { $0 != "=" }
            if name.hasPrefix("HDF5_") || name.hasPrefix("H5") { names.append(String(name)) }
            unsafe entry += 1
        }
        for name in names { unsafe unsetenv(name) }
    }
}
