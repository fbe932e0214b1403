internal import Glibc
internal import Synchronization
internal import TensorIO

/// Lets one thread at a time into a plug-in; a thread that is in it already is told so instead of waiting for itself.
final class PluginLock: Sendable {
    private let mutex = Mutex(())
    private let owner = Atomic<UInt>(0)

    /// Calls `body` alone.
    func hold(_ tensor: TensorDescriptor, _ body: () throws(FormatError) -> Void) throws(FormatError) {
        let thread = UInt(pthread_self())
        guard owner.load(ordering: .relaxed) != thread else {
            throw FormatError(.unsupported, "is read while its file is being read", tensor: tensor.name)
        }
        try mutex.withLock { (_) throws(FormatError) in
            owner.store(thread, ordering: .relaxed)
            defer { owner.store(0, ordering: .relaxed) }
            try body()
        }
    }
}
