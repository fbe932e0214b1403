private import Glibc
internal import SystemPackage
internal import TensorIO

/// A file that says which process has a right, for file systems that cannot lock folders.
package struct LockFile {
    private let path: FilePath

    /// Makes the file; a stale one, whose process is gone, is taken over.
    init(making path: FilePath) throws {
        self.path = path
        for _ in 0..<3 {
            do throws(FormatError) {
                try StagedFile.write(path, options: WriteOptions()) {
                    (file: inout StagedFile) throws(FormatError) in
                    let process = RunningProcess.current
                    let line = "\(process.number) \(process.startTicks) \(RunningProcess.machine)\n"
                    try file.append(Array(line.utf8))
                }
                return
            } catch {
                guard error.code == .destinationExists else { throw error }
                guard LockFile.isStale(path) else {
                    throw FocusError(
                        "another run of focus is at work here; wait until it has ended, or remove this file where you know that it has",
                        path: path)
                }
                StagedFile.remove(path)
            }
        }
        throw FocusError("other runs of focus keep making this file", path: path)
    }

    func remove() {
        StagedFile.remove(path)
    }

    /// Whether there is a lock file whose process is gone. One of another machine may be at work.
    static func isStale(_ path: FilePath) -> Bool {
        guard let file = try? MappedFile(path), file.byteCount < 4096 else { return false }
        let text = String(decoding: file.withBytes { $0.copied }, as: UTF8.self)
        let fields = text.dropLast().split(separator: " ", maxSplits: 2)
        guard fields.count == 3, let number = Int32(fields[0]), let ticks = Int(fields[1]) else { return false }
        let machine = RunningProcess.machine
        guard fields[2] == machine else {
            // The same machine, started anew, has none of its processes any more.
            return fields[2].split(separator: " ").first == machine.split(separator: " ").first
        }
        return RunningProcess(number)?.startTicks != ticks
    }

    /// Whether there is a lock file whose process may be at work.
    static func isHeld(_ path: FilePath) -> Bool {
        FolderContents.isFile(path) && !isStale(path)
    }
}
