private import Glibc
public import SystemPackage
private import TensorIO

/// A temporary file of tokens to train on, written in the order of the calls.
///
/// The file has no name where the system allows that, so nothing is left of it, however the process ends.
public final class TokenStreamFile {
    /// The number of documents written.
    public private(set) var documentCount = 0
    /// The number of tokens written.
    public private(set) var tokenCount = 0
    /// The number of tokens left out because they hold white space.
    public private(set) var leftOutCount = 0
    private let descriptor: FileDescriptor
    private let folder: FilePath
    private let path: FilePath
    private let hasName: Bool

    /// Makes an empty file in `folder`, which must exist and have room for a few bytes a token.
    public init(in folder: FilePath) throws(EmbeddingError) {
        let named = folder.appending(".focus-tokens-\(getpid())-\(UInt32.random(in: 0 ... .max))")
        do {
            descriptor = try FileDescriptor.open(
                named, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
        } catch {
            throw .system((error as? Errno) ?? .ioError, "make a temporary file there", folder)
        }
        // An open file can be read through its number after its name is gone.
        let numbered = FilePath("/proc/self/fd/\(descriptor.rawValue)")
        hasName = unsafe access(numbered.string, R_OK) != 0
        if !hasName { unsafe unlink(named.string) }
        path = hasName ? named : numbered
        self.folder = folder
    }

    /// Appends the documents of `lines`, of which the last one must have ended.
    public func append(_ lines: TokenLines) throws(EmbeddingError) {
        do {
            _ = try unsafe lines.bytes.withUnsafeBytes { try unsafe descriptor.writeAll($0) }
        } catch {
            throw .system((error as? Errno) ?? .ioError, "write the tokens to a temporary file there", folder)
        }
        documentCount += lines.documentCount
        tokenCount += lines.tokenCount
        leftOutCount += lines.leftOutCount
    }

    /// Where fastText can read what was written.
    func finished() -> FilePath {
        path
    }

    deinit {
        try? descriptor.close()
        if hasName { unsafe unlink(path.string) }
    }
}

extension EmbeddingError {
    static func system(_ errno: Errno, _ action: String, _ path: FilePath) -> EmbeddingError {
        EmbeddingError(FormatError.system(errno, action, path))
    }
}
