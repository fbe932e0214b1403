private import Glibc

/// What libFuzzer calls; in an executable that is called after the target.
private enum LibFuzzer {
    static let target = FuzzTarget.named(CommandLine.arguments[0].split(separator: "/").last.map(String.init) ?? "")
    static let folder = try? FuzzFolder()

    /// Processor time of this process and of its children, in seconds.
    static var processorTime: Double {
        var own = timespec()
        var children = rusage()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own)
        unsafe getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &children)
        let seconds = own.tv_sec + children.ru_utime.tv_sec + children.ru_stime.tv_sec
        return Double(seconds) + Double(own.tv_nsec) / 1e9
            + Double(children.ru_utime.tv_usec + children.ru_stime.tv_usec) / 1e6
    }

    static func end(_ sentence: String) -> Never {
        let line = Array("FINDING: \(sentence)\n".utf8)
        _ = unsafe write(STDERR_FILENO, line, line.count)
        abort()
    }

    /// With `--prepare FOLDER` writes all seeds, with `--list` names the targets and their limits.
    static func prepare(_ words: [String]) throws {
        switch words.dropFirst().first {
        case "--prepare" where words.count == 3: try FuzzPreparation(in: words[2]).run()
        case "--list":
            for target in FuzzTarget.all { print(target.name, target.maximumByteCount, target.allocationLimit) }
        default: return
        }
        exit(0)
    }
}

/// Called once, before all inputs.
@c(LLVMFuzzerInitialize)
public func fuzzInitialize(
    _ count: UnsafeMutablePointer<Int32>?,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> Int32 {
    do { try LibFuzzer.prepare(CommandLine.arguments) } catch { LibFuzzer.end("cannot prepare: \(error)") }
    return 0
}

/// Called with each input.
@c(LLVMFuzzerTestOneInput)
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard let target = LibFuzzer.target, let folder = LibFuzzer.folder else { LibFuzzer.end("there is no such target") }
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    let start = LibFuzzer.processorTime
    do throws(FuzzFinding) { try target.run(input, in: folder) } catch { LibFuzzer.end(error.description) }
    let time = LibFuzzer.processorTime - start
    if time > target.patience { LibFuzzer.end("took \(time) s of processor time") }
    return 0
}
