import Glibc
import SystemPackage

/// The plug-ins that were built with the tests.
enum BuiltPlugins {
    /// The shared object of the product `name`, which lies beside the executable that runs the tests.
    static func path(of name: String) throws -> FilePath {
        let buffer = UnsafeMutableBufferPointer<CChar>.allocate(capacity: 4096)
        defer { unsafe buffer.deallocate() }
        let count = unsafe readlink("/proc/self/exe", buffer.baseAddress!, buffer.count)
        guard count > 0 else { throw Errno(rawValue: errno) }
        let executable = unsafe String(decoding: UnsafeRawBufferPointer(buffer)[..<count], as: UTF8.self)
        return FilePath(executable).removingLastComponent().appending("lib\(name).so")
    }
}
