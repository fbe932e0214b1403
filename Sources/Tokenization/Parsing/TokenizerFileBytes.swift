internal import Files
private import Glibc
internal import SystemPackage

/// Reads tokenizer files whole.
enum TokenizerFileBytes {
    /// No tokenizer file is as large; a larger one is refused.
    static let maximumCount = 1 << 31

    /// The contents of the file at `path`, which may be a pipe that somebody writes to.
    static func read(_ path: FilePath) throws(TokenizerError) -> [UInt8] {
        do {
            // To open a pipe would wait for a writer, who may never come; to read one that has a writer is to wait for
            // bytes.
            let descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
            defer { try? descriptor.close() }
            _ = fcntl(descriptor.rawValue, F_SETFL, O_RDONLY)
            let bytes = try read(descriptor)
            if bytes.isEmpty, isPipe(path) { throw TokenizerError(.system, "is a pipe that nobody writes to") }
            guard bytes.count <= maximumCount else {
                throw TokenizerError(.invalid, "has more than \(maximumCount) bytes, which no tokenizer file has")
            }
            try refuseGitLFSPointer(bytes)
            return bytes
        } catch let error as TokenizerError {
            throw error.at(path)
        } catch {
            throw TokenizerError(.system, "cannot read: \(((error as? Errno) ?? .ioError).explanation)", path: path)
        }
    }

    /// The contents of the file of a folder, or nil where there is none. A pipe is refused: nobody may be at its other
    /// end.
    static func readIfPresent(_ path: FilePath) throws(TokenizerError) -> [UInt8]? {
        if isPipe(path) { throw TokenizerError(.system, "is a pipe, not a regular file", path: path) }
        return exists(path) ? try read(path) : nil
    }

    private static func isPipe(_ path: FilePath) -> Bool {
        var status = stat()
        return unsafe stat(path.string, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
    }

    /// Whether there is something at `path`.
    static func exists(_ path: FilePath) -> Bool {
        var status = stat()
        return unsafe stat(path.string, &status) == 0 || errno != ENOENT && errno != ENOTDIR
    }

    /// Whether `path` is a folder.
    static func isFolder(_ path: FilePath) -> Bool {
        (try? FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec]).close()) != nil
    }

    private static func read(_ descriptor: FileDescriptor) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var bufferSize = 1 << 20
        if let size = try? descriptor.seek(offset: 0, from: .end) {
            _ = try descriptor.seek(offset: 0, from: .start)
            bytes.reserveCapacity(min(Int(size), maximumCount) + 1)
            bufferSize = min(max(Int(size) + 1, 1 << 12), bufferSize)
        }
        var buffer = [UInt8](repeating: 0, count: bufferSize)
        while bytes.count <= maximumCount {
            let count = try unsafe buffer.withUnsafeMutableBytes { try unsafe descriptor.read(into: $0) }
            if count == 0 { break }
            bytes.append(contentsOf: buffer[..<count])
            // A model of any size: not to be read to its end.
            if bytes.starts(with: Array("GGUF".utf8)) {
                throw TokenizerError(
                    .unsupported,
                    "is a GGUF file, whose tokenizer is not read in place: make a folder of it first (focus convert "
                        + "MODEL.gguf FOLDER --layout huggingface) and name that")
            }
        }
        return bytes
    }

    private static func refuseGitLFSPointer(_ bytes: [UInt8]) throws(TokenizerError) {
        guard !bytes.starts(with: Array("version https://git-lfs.github.com/spec/".utf8)) else {
            throw TokenizerError(.unrecognized, "is a Git LFS pointer, not the file: run git lfs pull")
        }
    }
}
