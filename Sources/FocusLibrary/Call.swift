internal import CFocus
internal import Corpus
internal import Replacement
internal import StaticEmbeddings
internal import TensorIO
internal import Tokenization

/// A call from outside: Swift's errors become a status, a word and a sentence.
enum Call {
    /// Does `body`; what it throws goes to `problem`.
    ///
    /// - Returns: one of `focus_outcome`.
    static func run(
        _ problem: UnsafeMutablePointer<focus_problem_v1>?, _ monitor: CallMonitor? = nil, _ body: () throws -> Int32?
    ) -> Int32 {
        do {
            return try body() ?? Int32(FOCUS_STATUS_OK.rawValue)
        } catch {
            let (status, code) = explained(error, isCancelled: monitor?.isCancelled ?? false)
            unsafe say(
                status == Int32(FOCUS_STATUS_STOPPED.rawValue) ? "stopped; nothing was left behind" : "\(error)",
                code: code, status: status, to: problem)
            return status
        }
    }

    /// The error of a call that makes no sense.
    static func usage(_ sentence: String) -> FocusError {
        FocusError(sentence, code: .option)
    }

    /// Throws unless a structure is as large as that of version 1.
    static func check<Structure>(size: UInt32, of _: Structure.Type) throws(FocusError) {
        guard Int(size) >= MemoryLayout<Structure>.size else {
            throw usage("struct_size is \(size), and \(Structure.self) has \(MemoryLayout<Structure>.size) bytes")
        }
    }

    private static func explained(_ error: any Error, isCancelled: Bool) -> (status: Int32, code: String) {
        let failed = Int32(FOCUS_STATUS_FAILED.rawValue)
        let stopped = (Int32(FOCUS_STATUS_STOPPED.rawValue), "stopped")
        if isCancelled || error is CancellationError { return stopped }
        switch error {
        case let error as FocusError:
            let isUsage = error.code == .option
            return (isUsage ? Int32(FOCUS_STATUS_USAGE.rawValue) : failed, error.code.rawValue)
        case let error as FormatError: return error.code == .cancelled ? stopped : (failed, error.code.rawValue)
        case let error as TokenizerError: return (failed, error.code.rawValue)
        case let error as CorpusError: return (failed, error.code.rawValue)
        case let error as EmbeddingError: return (failed, error.code.rawValue)
        default: return (failed, "input")
        }
    }

    private static func say(
        _ sentence: String, code: String, status: Int32, to problem: UnsafeMutablePointer<focus_problem_v1>?
    ) {
        guard let problem = unsafe problem,
            unsafe problem.pointee.struct_size >= UInt32(MemoryLayout<focus_problem_v1>.size)
        else { return }
        unsafe problem.pointee.status = status
        unsafe withUnsafeMutableBytes(of: &problem.pointee.code) { unsafe CallText.store(code, in: $0) }
        unsafe withUnsafeMutableBytes(of: &problem.pointee.message) { unsafe CallText.store(sentence, in: $0) }
    }
}
