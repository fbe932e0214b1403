private import Glibc
package import SystemPackage
internal import TensorIO

/// Which folder or file was read, so that one that is replaced meanwhile is not taken for half of each.
package struct ReadingStamp: Sendable {
    /// What a name stands for.
    private struct Identity: Equatable {
        let device: dev_t
        let number: ino_t
        let seconds: Int
        let nanoseconds: Int

        init?(_ path: FilePath, withTimes: Bool) {
            var status = stat()
            guard unsafe stat(path.string, &status) == 0 else { return nil }
            (device, number) = (status.st_dev, status.st_ino)
            (seconds, nanoseconds) =
                withTimes ? (Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec)) : (0, 0)
        }
    }

    private let path: FilePath
    private let whole: Identity?
    private var parts: [FilePath: Identity] = [:]

    /// Looks at what is at `path` before it is opened.
    ///
    /// - Throws: `FocusError` where an unfinished replacement makes it neither the old nor the new.
    package init(_ path: FilePath) throws {
        self.path = path
        whole = Identity(path, withTimes: true)
        if let journal = InterruptedReplacement.blockingJournal(of: path) {
            throw InterruptedReplacement.unfinished(path, journal)
        }
    }

    /// Whether nothing was replaced while `files` were opened; remembers them.
    package mutating func covers(_ files: [FilePath]) -> Bool {
        for file in files { parts[file] = Identity(file, withTimes: false) }
        // A folder whose files were moved has another time; one that was exchanged is another.
        return Identity(path, withTimes: true) == whole
            && InterruptedReplacement.blockingJournal(of: path) == nil
    }

    /// Throws where the checkpoint that was opened has been replaced since.
    package func refuseChanged() throws(FocusError) {
        let isSame = parts.allSatisfy { file, identity in Identity(file, withTimes: false) == identity }
        guard isSame else { throw FocusError("was replaced while it was read; run again", path: path) }
    }
}
