private import Glibc
public import SystemPackage

/// The plug-ins that are built with the tests.
public enum BuiltPlugins {
    /// The shared object of the product `name`, which lies beside the executable that runs the tests.
    public static func path(of name: String) throws -> FilePath {
        var bytes = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink("/proc/self/exe", &bytes, bytes.count - 1)
        guard count > 0 else { throw Errno(rawValue: errno) }
        return FilePath(platformString: bytes).removingLastComponent().appending("lib\(name).so")
    }
}
