internal import ArgumentParser
internal import CSystemShims
internal import Focus
private import Glibc
internal import JSON
internal import Parallel
internal import Replacement
internal import SystemPackage
internal import TensorIO

/// `--isolated`: the work is done by a process of its own that may use a bounded amount of everything and can do
/// nothing but read.
///
/// What it answers comes over a pipe and is looked at like a file: it must be text without control characters, or JSON
/// where JSON was asked for. Where the work crashes or needs more than it may, this process says so in a sentence.
struct Isolation {
    private let paths: [FilePath]
    private let limits: focus_limits
    private let isJSON: Bool

    /// The most bytes that are taken of an answer, and of the story.
    private static let (longestAnswer, longestStory) = (1 << 28, 1 << 20)

    private init(_ paths: [FilePath], threads: Int, isJSON: Bool) {
        let byteCount = paths.reduce(UInt64(0)) { $0 + Isolation.byteCount(of: $1) }
        // Headers take memory, contents only pass through; packed ones do so in blocks, some on each thread.
        let memory = 1 << 30 + min(byteCount, 1 << 30) + UInt64(threads) << 26
        self.paths = paths
        self.isJSON = isJSON
        limits = focus_limits(
            memory: memory, address: 4 << 30 + 2 * memory + 2 * byteCount + UInt64(threads) << 27,
            seconds: UInt32(clamping: 60 + byteCount / 10_000_000), files: 64)
    }

    /// The size of a file, or of those in a folder.
    private static func byteCount(of path: FilePath) -> UInt64 {
        var status = stat()
        guard unsafe stat(path.string, &status) == 0 else { return 0 }
        guard status.st_mode & S_IFMT == S_IFDIR else { return UInt64(max(0, status.st_size)) }
        return StagedFolder.entries(of: path).reduce(0) { sum, name in
            let isFile = unsafe stat(path.appending(name).string, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            return isFile ? sum + UInt64(max(0, status.st_size)) : sum
        }
    }

    /// Returns in a process that is isolated, where the caller is to do its work on `paths`, which it may only read.
    ///
    /// - Throws: in this process: `ExitCode`, when all was done and said; `FocusError` when the other could not do it.
    static func enter(toRead paths: [FilePath], workers: Workers, isJSON: Bool) throws {
        try Isolation(paths, threads: workers.count, isJSON: isJSON).enter()
    }

    private func enter() throws {
        let answer = try FileDescriptor.pipe()
        let story = try FileDescriptor.pipe()
        let child = unsafe withUnsafePointer(to: limits) {
            unsafe focus_isolate($0, answer.writeEnd.rawValue, story.writeEnd.rawValue)
        }
        if child == 0 { return }
        try answer.writeEnd.close()
        try story.writeEnd.close()
        guard child > 0 else { throw failure("no process could be made for it: \(Errno(rawValue: -child))") }
        let said: [[UInt8]]
        do {
            said = try gather([(answer.readEnd, Isolation.longestAnswer), (story.readEnd, Isolation.longestStory)])
        } catch {
            kill(child, SIGKILL)
            _ = end(of: child)
            throw error
        }
        try tell(said, end(of: child))
    }

    /// Reads to the ends of pipes.
    private func gather(_ pipes: [(descriptor: FileDescriptor, limit: Int)]) throws -> [[UInt8]] {
        var said = [[UInt8]](repeating: [], count: pipes.count)
        var open = Set(pipes.indices)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while !open.isEmpty {
            let waiting = open.sorted()
            var requests = waiting.map { pollfd(fd: pipes[$0].descriptor.rawValue, events: Int16(POLLIN), revents: 0) }
            _ = unsafe poll(&requests, nfds_t(requests.count), -1)
            for (request, index) in zip(requests, waiting) where request.revents != 0 {
                let count = try unsafe buffer.withUnsafeMutableBytes {
                    try unsafe pipes[index].descriptor.read(into: $0)
                }
                if count == 0 { open.remove(index) }
                said[index] += buffer[..<count]
                guard said[index].count <= pipes[index].limit else {
                    throw failure("it says more than \(Wording.bytes(pipes[index].limit))")
                }
            }
        }
        return said
    }

    /// How the process `child` ended, as `waitpid` has it.
    private func end(of child: Int32) -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0, errno == EINTR {}
        return status
    }

    /// Passes on what the other process said, where it ended well and what it said can be.
    private func tell(_ said: [[UInt8]], _ status: Int32) throws {
        let (number, code) = (status & 0x7F, status >> 8 & 0xFF)
        switch number {
        case 0 where code != 120: break
        case 0: throw failure("no process could be kept from everything else")
        case SIGSYS: throw failure("its process asked the system for what no reader has any use for")
        case SIGXCPU, SIGKILL: throw failure("it needed more processor time than it may have, \(limits.seconds) s")
        default:
            throw failure(
                "its process ended with signal \(number): it crashed, or needed more than "
                    + "\(Wording.bytes(Int(limits.memory))) of memory")
        }
        let isAnswer = isJSON ? said[0].isEmpty || (try? JSONDocument(said[0])) != nil : Isolation.isPlain(said[0])
        guard isAnswer, Isolation.isPlain(said[1]) else { throw failure("it is answered with what is no answer") }
        Terminal.clearProgress()
        if !said[1].isEmpty { Terminal.story(String(decoding: said[1].dropLast(), as: UTF8.self)) }
        Terminal.answer(said[0])
        throw ExitCode(code)
    }

    /// Whether `text` is UTF-8 that does nothing to a terminal but go to the next line.
    private static func isPlain(_ text: [UInt8]) -> Bool {
        guard let string = String(validating: text, as: UTF8.self), text.isEmpty || text.last == 0x0A else {
            return false
        }
        return string.unicodeScalars.allSatisfy { $0 == "\n" || !Terminal.isControl($0) }
    }

    private func failure(_ what: String) -> FocusError {
        FocusError("cannot be read in isolation: \(what); nothing else came to harm", path: paths[0])
    }
}
