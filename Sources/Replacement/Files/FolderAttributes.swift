private import Glibc
internal import SystemPackage
internal import TensorIO

/// Permissions, owners and times, carried from a folder to the one that replaces it.
enum FolderAttributes {
    /// Gives `new` and what is in it what their counterparts in `old` have; makes the empty folders of `old`, too.
    ///
    /// A new file without a counterpart is open to nobody to whom no file of `old` was open.
    ///
    /// - Parameter isWhole: whether `new` itself takes the place of `old`, and not only what is in it.
    static func carry(from old: FilePath, to new: FilePath, isWhole: Bool) throws {
        let tree = try FolderTree(old)
        let permissions = tree.files.reduce(0) { $0 | (status(old.pushing($1))?.st_mode ?? 0) } & 0o777
        for file in try FolderTree(new).files {
            guard let own = linkStatus(new.pushing(file)), own.st_mode & S_IFMT == S_IFREG, own.st_nlink == 1 else {
                continue
            }
            if let before = status(old.pushing(file)), before.st_mode & S_IFMT == S_IFREG {
                // A copy, where there are no second names, has its times already.
                try apply(before, to: new.pushing(file), own)
            } else if !tree.files.isEmpty {
                let path = new.pushing(file)
                let descriptor = try opened(path)
                defer { close(descriptor) }
                try setMode(own.st_mode & (permissions | 0o600), of: path, descriptor)
            }
        }
        for folder in tree.folders where isEmpty(folder, in: tree) && !MappedFile.nameExists(new.pushing(folder)) {
            try FolderContents.create(new.pushing(folder))
        }
        // From below: what is made in a folder changes its times.
        for folder in tree.folders.reversed() where FolderTree.isRealFolder(new.pushing(folder)) {
            guard let before = status(old.pushing(folder)), let own = status(new.pushing(folder)) else { continue }
            try apply(before, to: new.pushing(folder), own)
            setTimes(before, of: new.pushing(folder))
        }
        if isWhole, let before = status(old), let own = status(new) { try apply(before, to: new, own) }
    }

    /// Gives the files in `staging` what their counterparts in `folder` have, or else what the file `name` there has.
    static func carry(to staging: FilePath, from folder: FilePath, like name: String) throws {
        for file in try FolderTree(staging).files {
            let before = status(folder.pushing(file)) ?? status(folder.appending(name))
            guard let before, let own = linkStatus(staging.pushing(file)), own.st_nlink == 1 else { continue }
            try apply(before, to: staging.pushing(file), own)
        }
    }

    /// Gives the copy `new` the permissions, the owner and the times of `old`.
    static func copy(from old: FilePath, to new: FilePath) throws {
        guard let before = status(old), let own = status(new) else { return }
        try apply(before, to: new, own)
        setTimes(before, of: new)
    }

    private static func isEmpty(_ folder: FilePath, in tree: FolderTree) -> Bool {
        !(tree.files + tree.folders).contains { $0 != folder && $0.starts(with: folder) }
    }

    private static func apply(_ before: stat, to path: FilePath, _ own: stat) throws {
        let descriptor = try opened(path)
        defer { close(descriptor) }
        if before.st_uid != own.st_uid || before.st_gid != own.st_gid,
            fchown(descriptor, before.st_uid, before.st_gid) != 0
        {
            // Only root gives things away; a group that one is in can be given.
            fchown(descriptor, ~0, before.st_gid)
        }
        try setMode(before.st_mode, of: path, descriptor)
    }

    private static func opened(_ path: FilePath) throws -> CInt {
        let descriptor = unsafe open(path.string, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw FormatError.system(Errno(rawValue: errno), "open", path) }
        return descriptor
    }

    private static func setMode(_ mode: mode_t, of path: FilePath, _ descriptor: CInt) throws {
        guard fchmod(descriptor, mode & 0o7777) == 0 else {
            throw FormatError.system(Errno(rawValue: errno), "set the permissions", path)
        }
    }

    /// Times are a courtesy: where they cannot be set, they are those of the copy.
    private static func setTimes(_ before: stat, of path: FilePath) {
        let times = [before.st_atim, before.st_mtim]
        unsafe utimensat(AT_FDCWD, path.string, times, AT_SYMLINK_NOFOLLOW)
    }

    private static func status(_ path: FilePath) -> stat? {
        var status = stat()
        return unsafe stat(path.string, &status) == 0 ? status : nil
    }

    private static func linkStatus(_ path: FilePath) -> stat? {
        var status = stat()
        return unsafe lstat(path.string, &status) == 0 ? status : nil
    }
}
