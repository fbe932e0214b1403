import Glibc
import SystemPackage
import TestSupport

/// The plug-in in Plugins/Minimal, compiled as its Makefile does it.
enum ToyPlugin {
    /// The compiler found fault with the plug-in, or is not there.
    struct NotCompiled: Error {
        let status: Int32
    }

    /// Compiles the plug-in, and returns the shared object in `folder`.
    static func compiled(in folder: TemporaryFolder) throws -> FilePath {
        let root = Fixture.folder.removingLastComponent().removingLastComponent()
        let result = folder.path.appending("libtoy.so")
        let arguments = [
            "clang", "-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror", "-O1", "-shared", "-fPIC",
            "-fvisibility=hidden", "-I\(root.pushing("Sources/CFocusPlugin/include"))", "-o", result.string,
            root.pushing("Plugins/Minimal/toy.c").string,
        ]
        var words = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var process: pid_t = 0
        guard unsafe posix_spawnp(&process, "clang", nil, nil, &words, environ) == 0 else {
            throw NotCompiled(status: -1)
        }
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else { throw NotCompiled(status: status) }
        return result
    }
}
