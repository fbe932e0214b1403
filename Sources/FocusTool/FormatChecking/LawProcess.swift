internal import FormatConformance
private import Glibc
internal import SystemPackage
internal import TensorIO

/// Tries one law in a process of its own, so that a plug-in that crashes breaks that law and nothing else.
struct LawProcess {
    /// Which law: of `ConformanceLaw`, or, with a sample, of `ReadingLaw`.
    let law: String
    /// The file or folder that it is tried on.
    let sample: FilePath?
    /// Where the process works; empty before and after.
    let folder: FilePath

    /// Runs this command once more, with the law named.
    ///
    /// - Returns: what is found, a sentence each.
    /// - Throws: `CancellationError` where ^C ended it.
    func run() throws -> [String] {
        defer { FormatConformance.removeLeftovers(in: folder) }
        var arguments = CommandLine.arguments + ["--law", law, "--law-folder", folder.string]
        if let sample { arguments += ["--law-sample", sample.string] }
        let status = try LawProcess.spawn(arguments)
        let signal = status & 0x7F
        if signal == SIGINT || Interruption.shared.isRequested { throw CancellationError() }
        let findings = LawJournal.findings(of: folder)
        if status == 0, let findings { return findings }
        let end =
            signal == 0
            ? "exit code \(status >> 8 & 0xFF)"
            : "signal \(signal) (\(unsafe strsignal(signal).map { unsafe String(cString: $0) } ?? "unknown"))"
        return (findings ?? []) + ["the process ended with \(end)\(circumstances)"]
    }

    /// When it ended, and where the file is that it ended on.
    private var circumstances: String {
        guard let (step, file) = LawJournal.lastStep(of: folder) else { return "" }
        guard MappedFile.nameExists(file), let name = file.lastComponent,
            let kept = try? LawProcess.temporaryFolder("focus-crash"),
            unsafe rename(file.string, kept.appending(name).string) == 0
        else { return " after \(step)" }
        return " after \(step); it is kept as '\(kept.appending(name))'"
    }

    /// A new folder in `TMPDIR` whose name begins with `name`.
    static func temporaryFolder(_ name: String) throws(FormatError) -> FilePath {
        let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        var template = Array((base + "/\(name)-XXXXXX").utf8CString)
        guard unsafe mkdtemp(&template) != nil else {
            throw .system(Errno(rawValue: errno), "create a folder", FilePath(base))
        }
        return FilePath(platformString: template)
    }

    /// Runs this program with `arguments` and waits for its end.
    ///
    /// - Returns: how it ended, as waitpid has it.
    private static func spawn(_ arguments: [String]) throws(FormatError) -> Int32 {
        var environment: [String] = ["SWIFT_BACKTRACE=enable=no"]
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            unsafe environment.append(String(cString: text))
            unsafe entry += 1
        }
        // Of a variable that is there twice the first one counts: registers and stacks of our own frames help nobody
        // here.
        var texts = unsafe (arguments + environment).map { unsafe strdup($0) }
        defer { unsafe texts.forEach { unsafe free($0) } }
        unsafe texts.insert(nil, at: arguments.count)
        unsafe texts.append(nil)
        var process = pid_t()
        let failure = unsafe texts.withUnsafeMutableBufferPointer { texts in
            unsafe posix_spawn(
                &process, "/proc/self/exe", nil, nil, texts.baseAddress!,
                texts.baseAddress! + arguments.count + 1)
        }
        guard failure == 0 else { throw .system(Errno(rawValue: failure), "run", "/proc/self/exe") }
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { throw .system(Errno(rawValue: errno), "wait for", "/proc/self/exe") }
        }
        return status
    }
}
