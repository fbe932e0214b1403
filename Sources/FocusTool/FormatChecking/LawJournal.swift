private import Glibc
internal import SystemPackage
internal import TensorIO

/// Where a law that is tried in a process of its own writes down what it is at and what it found.
///
/// Each step is in the file before it is taken, so that it is there when the step ends the process.
struct LawJournal: Sendable {
    private let folder: FilePath
    private let steps: FileDescriptor

    /// Begins to write in `folder`.
    init(in folder: FilePath) throws(FormatError) {
        self.folder = folder
        do {
            steps = try FileDescriptor.open(
                LawJournal.steps(in: folder), .writeOnly, options: [.create, .truncate, .closeOnExec],
                permissions: .ownerReadWrite)
        } catch {
            throw .system((error as? Errno) ?? .ioError, "write", folder)
        }
    }

    /// Where a law leaves what it found, a line each; there when it is done.
    private static func findings(in folder: FilePath) -> FilePath { folder.appending("findings") }

    private static func steps(in folder: FilePath) -> FilePath { folder.appending("step") }

    /// Writes down what is about to be done, and to which file.
    func announce(_ step: String, _ file: FilePath) {
        let bytes = Array("\(file)\n\(step)".utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe pwrite(steps.rawValue, $0.baseAddress, $0.count, 0) }
        _ = ftruncate(steps.rawValue, bytes.count)
    }

    /// Writes down what was found, and that the law is done.
    func close(_ findings: [String]) throws(FormatError) {
        let lines = findings.map { Terminal.oneLine($0) + "\n" }.joined()
        try StagedFile.write(LawJournal.findings(in: folder), options: WriteOptions()) {
            (file: inout StagedFile) throws(FormatError) in try file.append(Array(lines.utf8))
        }
    }

    /// What the law whose journal is in `folder` found; nil where it did not come to its end.
    static func findings(of folder: FilePath) -> [String]? {
        guard let text = text(findings(in: folder)) else { return nil }
        return text.split(separator: "\n").map(String.init)
    }

    /// What the law whose journal is in `folder` did last, and to which file; nil where it did not say.
    static func lastStep(of folder: FilePath) -> (step: String, file: FilePath)? {
        guard let lines = text(steps(in: folder))?.split(separator: "\n", maxSplits: 1), lines.count == 2 else {
            return nil
        }
        return (String(lines[1]), FilePath(String(lines[0])))
    }

    private static func text(_ path: FilePath) -> String? {
        (try? MappedFile(path))?.withBytes { String(decoding: $0.copied, as: UTF8.self) }
    }
}
