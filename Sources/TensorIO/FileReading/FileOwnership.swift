private import Glibc
package import SystemPackage

/// Whose a file or folder is and who may write to it: what another user could have written is not acted upon.
package struct FileOwnership: Hashable, Sendable {
    /// The number of the user it belongs to.
    package let owner: UInt32
    /// The permission bits; a link has none of its own.
    package let permissions: UInt32
    /// Whether it is a regular file.
    package let isFile: Bool

    /// The permission bits by which a group, or everybody, may write.
    package static let sharedWriting: UInt32 = 0o022

    /// Describes a file of `owner` with `permissions`.
    package init(owner: UInt32, permissions: UInt32, isFile: Bool = true) {
        self.owner = owner
        self.permissions = permissions
        self.isFile = isFile
    }

    private init(_ status: stat) {
        let kind = status.st_mode & S_IFMT
        self.init(
            owner: status.st_uid, permissions: kind == S_IFLNK ? 0 : UInt32(status.st_mode & 0o7777),
            isFile: kind == S_IFREG)
    }

    /// Looks at what an open file is.
    ///
    /// - Throws: `Errno` where the system does not say.
    package init(of file: FileDescriptor) throws(Errno) {
        var status = stat()
        guard unsafe fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
        self.init(status)
    }

    /// O_PATH, which is hidden behind _GNU_SOURCE: opens a name, not what it holds.
    private static let namesOnly: CInt = 0o10_000_000

    /// Looks at what has the name `path`; nil where there is nothing.
    ///
    /// - Parameter followingLinks: whether a link stands for what it leads to; by default it is looked at itself.
    package init?(at path: FilePath, followingLinks: Bool = false) {
        let follow = followingLinks ? 0 : O_NOFOLLOW
        let descriptor = unsafe open(path.string, FileOwnership.namesOnly | follow | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard let ownership = try? FileOwnership(of: FileDescriptor(rawValue: descriptor)) else { return nil }
        self = ownership
    }

    /// Who else could have written it, as in "belongs to user 'bob' (uid 1001)"; nil where it was this user or root.
    ///
    /// - Parameters:
    ///   - owners: who else may own it.
    ///   - writing: which bits of `sharedWriting` it may have.
    package func otherWriter(besides owners: Set<UInt32> = [], allowing writing: UInt32 = 0) -> String? {
        guard owner == geteuid() || owner == 0 || owners.contains(owner) else {
            return "belongs to \(FileOwnership.userName(owner))"
        }
        let excess = permissions & FileOwnership.sharedWriting & ~writing
        guard excess != 0 else { return nil }
        let who = excess & 0o002 == 0 ? "its group" : "everybody"
        return "belongs to \(FileOwnership.userName(owner)), and \(who) may write to it"
    }

    /// A user as messages name one: "user 'bob' (uid 1001)".
    ///
    /// The name comes from /etc/passwd, so that no directory service is asked.
    package static func userName(_ number: UInt32) -> String {
        let users = (try? FileDescriptor.open(FilePath("/etc/passwd"), .readOnly, options: .closeOnExec)).flatMap {
            file in
            defer { try? file.close() }
            var bytes = [UInt8](repeating: 0, count: 1 << 18)
            let count = try? unsafe bytes.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
            return count.map { String(decoding: bytes[..<$0], as: UTF8.self) }
        }
        let entry = (users ?? "").split(separator: "\n").lazy
            .map { $0.split(separator: ":", omittingEmptySubsequences: false) }
            .first { $0.count > 2 && UInt32($0[2]) == number }
        return entry.map { "user '\($0[0])' (uid \(number))" } ?? "the user with uid \(number)"
    }
}

extension FileOwnership {
    /// Reads the regular file at `path` whole, through one descriptor, and says whose exactly these bytes are. No link
    /// is followed.
    ///
    /// - Throws: `FormatError` where it cannot be read, is no regular file, or has more than `limit` bytes.
    package static func read(
        _ path: FilePath, atMost limit: Int
    ) throws(FormatError) -> (bytes: [UInt8], ownership: FileOwnership) {
        do {
            let descriptor = unsafe open(path.string, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            guard descriptor >= 0 else { throw Errno(rawValue: errno) }
            let file = FileDescriptor(rawValue: descriptor)
            defer { try? file.close() }
            let ownership = try FileOwnership(of: file)
            guard ownership.isFile else { throw FormatError(.system, "is not a regular file", path: path) }
            var bytes: [UInt8] = []
            var piece = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = try unsafe piece.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
                guard count > 0 else { return (bytes, ownership) }
                guard bytes.count + count <= limit else {
                    throw FormatError(
                        .system, "has more than \(limit) bytes, too many for what it should be", path: path)
                }
                bytes += piece[..<count]
            }
        } catch let error as FormatError {
            throw error
        } catch let error as Errno where error == .tooManySymbolicLinkLevels {
            throw FormatError(.system, "is a link, and is not followed", path: path)
        } catch {
            throw .system((error as? Errno) ?? .ioError, "read", path)
        }
    }
}
