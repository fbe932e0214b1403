internal import CSystemShims
private import Glibc
internal import SystemPackage
internal import TensorIO

/// A file that says which process has a right, for file systems that cannot lock folders.
package struct LockFile {
    private let path: FilePath

    /// Makes the file; a stale one, whose process is gone, is taken over.
    ///
    /// - Throws: `FocusError` where another run has the right, or another user could have written the file.
    init(making path: FilePath) throws {
        self.path = path
        for _ in 0..<3 {
            do throws(FormatError) {
                // Whatever the umask: one that others may write is not believed.
                try StagedFile.write(path, options: WriteOptions(), permissions: 0o644) {
                    (file: inout StagedFile) throws(FormatError) in
                    let process = RunningProcess.current
                    let line = "\(process.number) \(process.startTicks) \(RunningProcess.machine)\n"
                    try file.append(Array(line.utf8))
                }
                return
            } catch {
                guard error.code == .destinationExists else { throw error }
                try LockFile.takeAway(path)
            }
        }
        throw FocusError("other runs of focus keep making this file", path: path)
    }

    func remove() {
        StagedFile.remove(path)
    }

    /// Removes the lock file at `path`, which must be stale.
    ///
    /// Two runs may do this at once: the file is renamed first, so that one of them has it, and looked at again under
    /// its new name, for it may be the other's by then.
    private static func takeAway(_ path: FilePath) throws {
        let text = LockFile.text(of: path)
        guard let text, text.isStale else {
            guard MappedFile.nameExists(path) else { return }
            let owner = FileOwnership(at: path).flatMap { $0.otherWriter() }.map { " (it \($0))" } ?? ""
            throw FocusError(
                "another run of focus is at work here\(owner); wait until it has ended, or remove this file where you "
                    + "know that it has",
                path: path)
        }
        let aside = StagedFile.temporaryPath(beside: path)
        let failure = unsafe Errno(rawValue: focus_rename_exclusive(path.string, aside.string))
        guard failure.rawValue == 0 else {
            // Another run was quicker.
            guard failure != .noSuchFileOrDirectory else { return }
            throw RenameFailure(errno: failure, from: path, to: aside)
        }
        defer { StagedFile.remove(aside) }
        guard LockFile.text(of: aside) != text else { return }
        // A lock that was made since: it gets its name back, unless there is yet another.
        _ = unsafe link(aside.string, path.string)
        throw FocusError("another run of focus is at work here; wait until it has ended", path: path)
    }

    /// What a lock file says.
    private struct Text: Equatable {
        let bytes: [UInt8]
        let isStale: Bool
    }

    /// What the file at `path` says; nil where it cannot be read, or another user could have written it.
    private static func text(of path: FilePath) -> Text? {
        guard let file = try? FileOwnership.read(path, atMost: 4096), file.ownership.otherWriter() == nil else {
            return nil
        }
        return Text(bytes: file.bytes, isStale: isStale(String(decoding: file.bytes, as: UTF8.self)))
    }

    private static func isStale(_ text: String) -> Bool {
        let fields = text.dropLast().split(separator: " ", maxSplits: 2)
        guard fields.count == 3, let number = Int32(fields[0]), let ticks = Int(fields[1]) else { return false }
        let machine = RunningProcess.machine
        guard fields[2] == machine else {
            // The same machine, started anew, has none of its processes any more.
            return fields[2].split(separator: " ").first == machine.split(separator: " ").first
        }
        return RunningProcess(number)?.startTicks != ticks
    }

    /// Whether there is a lock file whose process is gone. One of another machine may be at work, and one of another
    /// user's is not looked into.
    static func isStale(_ path: FilePath) -> Bool {
        text(of: path)?.isStale ?? false
    }

    /// Whether there is a lock file whose process may be at work.
    static func isHeld(_ path: FilePath) -> Bool {
        FolderContents.isFile(path) && !isStale(path)
    }
}
