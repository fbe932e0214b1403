internal import Checkpoints
internal import Parallel
internal import Synchronization

extension Specialization {
    /// Opens, checks and does a job on a thread beside the caller's task, and stops where that task is cancelled.
    ///
    /// - Parameter options: the job.
    /// - Parameter progress: hears the name of a stage, how much of it is done, and of how much where that is known;
    ///   from any thread.
    /// - Throws: what `init` and `run` throw; `CancellationError`, with nothing left behind, after a cancellation.
    public static func run(
        _ options: SpecializationOptions,
        progress: @escaping @Sendable (_ stage: String, _ completed: Int, _ total: Int?) -> Void = { _, _, _ in }
    ) async throws -> Outcome {
        let flag = CancellationFlag()
        let stages = StageClock { stage in
            WorkMonitor(report: { progress(stage, $0, $1) }, isCancelled: { flag.isSet })
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                // The work blocks its thread, which must not be one of those that tasks run on.
                OwnThread.begin {
                    continuation.resume(with: Result { try Specialization(options, stages: stages).run() })
                }
            }
        } onCancel: {
            flag.set()
        }
    }
}

/// Whether a task was cancelled, for work that is not a task.
private final class CancellationFlag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .relaxed) }

    func set() { value.store(true, ordering: .relaxed) }
}
