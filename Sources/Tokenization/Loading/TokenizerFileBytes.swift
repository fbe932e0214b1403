internal import SystemPackage

/// Reads tokenizer files whole.
enum TokenizerFileBytes {
    /// No tokenizer file is as large; a larger one is refused.
    static let maximumCount = 1 << 31

    /// The contents of the file at `path`. Opening never waits: for a pipe that nobody writes to it would do so for ever.
    static func read(_ path: FilePath) throws(TokenizerError) -> [UInt8] {
        do {
            let descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
            defer { try? descriptor.close() }
            let bytes = try read(descriptor)
            guard bytes.count <= maximumCount else {
                throw TokenizerError(.invalid, "has more than \(maximumCount) bytes, which no tokenizer file has")
            }
            try refuseGitLFSPointer(bytes)
            return bytes
        } catch let error as TokenizerError {
            throw error.at(path)
        } catch {
            throw TokenizerError(.system, "cannot read: \(describe((error as? Errno) ?? .ioError))", path: path)
        }
    }

    /// The contents of the file, or nil where there is none.
    static func readIfPresent(_ path: FilePath) throws(TokenizerError) -> [UInt8]? {
        exists(path) ? try read(path) : nil
    }

    /// Whether something can be opened at `path`.
    static func exists(_ path: FilePath) -> Bool {
        do {
            try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking]).close()
            return true
        } catch {
            return (error as? Errno) != .noSuchFileOrDirectory && (error as? Errno) != .notDirectory
        }
    }

    /// Whether `path` is a folder.
    static func isFolder(_ path: FilePath) -> Bool {
        (try? FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec]).close()) != nil
    }

    private static func read(_ descriptor: FileDescriptor) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let size = Int(try descriptor.seek(offset: 0, from: .end))
        _ = try descriptor.seek(offset: 0, from: .start)
        bytes.reserveCapacity(min(size, maximumCount) + 1)
        var buffer = [UInt8](repeating: 0, count: min(max(size + 1, 1 << 12), 1 << 20))
        while bytes.count <= maximumCount {
            let count = try unsafe buffer.withUnsafeMutableBytes { try unsafe descriptor.read(into: $0) }
            if count == 0 { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        return bytes
    }

    private static func refuseGitLFSPointer(_ bytes: [UInt8]) throws(TokenizerError) {
        guard !bytes.starts(with: Array("version https://git-lfs.github.com/spec/".utf8)) else {
            throw TokenizerError(.unrecognized, "is a Git LFS pointer, not the file: run git lfs pull")
        }
    }

    private static func describe(_ errno: Errno) -> String {
        switch errno {
        case .noSuchFileOrDirectory: "there is no such file or folder"
        case .permissionDenied: "permission denied"
        case .isDirectory: "it is a folder, not a file"
        case .illegalSeek: "it is a pipe, not a file"
        case .notDirectory: "part of the path is a file, not a folder"
        default: "\(errno)"
        }
    }
}
