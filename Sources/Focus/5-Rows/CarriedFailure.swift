internal import Synchronization
internal import TensorIO

/// An error of any kind that passes through code which throws `FormatError` alone.
final class CarriedFailure: Sendable {
    private let error = Mutex<(any Error)?>(nil)

    /// Keeps `error`, and gives what to throw instead of it.
    func carry(_ error: any Error) -> FormatError {
        self.error.withLock { $0 = error }
        return error as? FormatError ?? FormatError(.cancelled, "cancelled")
    }

    /// What was kept; nil where nothing was.
    var carried: (any Error)? {
        error.withLock { $0 }
    }
}
