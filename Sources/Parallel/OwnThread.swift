private import CKernels
private import Dispatch

/// Threads for work that somebody waits for.
///
/// Dispatch has no more threads than there are cores until it finds, once a second, that some of them wait. Work that
/// is waited for by one of them, as tasks and tests are, would stand in line behind everything else.
package enum OwnThread {
    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    /// Calls `body` on a new thread, and does not wait for it. Where the system has no more threads, Dispatch is asked.
    package static func begin(_ body: @escaping @Sendable () -> Void) {
        let work = unsafe Unmanaged.passRetained(Work(body))
        let status = unsafe focus_begin_thread(
            { work in unsafe Unmanaged<Work>.fromOpaque(work!).takeRetainedValue().body() }, work.toOpaque())
        guard status != 0 else { return }
        unsafe work.release()
        Workers.beginThreads()
        DispatchQueue.global().async(execute: body)
    }
}
