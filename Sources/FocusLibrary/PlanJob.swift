internal import CFocus
internal import Focus
internal import FocusTool
internal import Parallel
internal import SystemPackage
internal import TensorIO

/// A plan that a caller asks for, in the words of `focus specialize`.
struct PlanJob {
    private var arguments: [String] = []
    /// Without a model, what stands in for it.
    private let folder: ScratchFolder?

    /// Reads what the caller says.
    ///
    /// - Throws: `FocusError` where something is missing or makes no sense.
    init(_ job: focus_plan_job_v1) throws {
        try unsafe Call.check(size: job.struct_size, of: focus_plan_job_v1.self)
        guard let target = unsafe job.target else { throw Call.usage("the target tokenizer is NULL") }
        let model = try unsafe CallText.string(job.model, "model")
        let source = unsafe job.source.map { unsafe Handle.object($0, OpenTokenizer.self) }
        if model.isEmpty {
            guard let source else { throw Call.usage("the source tokenizer is NULL, and no model is named") }
            let table = try unsafe job.embeddings.map { try unsafe CallTable.source($0.pointee, name: "embeddings") }
            let folder = try ScratchFolder()
            let isCausal = unsafe job.flags & FOCUS_PLAN_CAUSAL != 0
            let rows = table.map { $0.tensor.shape[0] } ?? source.size
            let standIn = try StandIn(
                in: folder, rows: rows, table: table, isCausal: isCausal, workers: .allCores)
            arguments.append(standIn.path.string)
            self.folder = folder
        } else {
            arguments.append(PlanJob.positional(model))
            folder = nil
        }
        arguments.append("--tokenizer=\(unsafe Handle.object(target, OpenTokenizer.self).path)")
        if let source { arguments.append("--source-tokenizer=\(source.path)") }
        if let handle = unsafe job.corpus {
            let corpus = unsafe Handle.object(handle, OpenCorpus.self)
            arguments += ["--text-field=\(corpus.field)", "--corpus"] + corpus.paths.map(PlanJob.positional)
        }
        arguments += try unsafe CallerTensors.options(job.settings, job.setting_count)
    }

    /// Makes the plan.
    ///
    /// - Throws: what stands in the way; `CancellationError`.
    func plan(_ monitor: CallMonitor) throws -> PlanFile {
        defer { withExtendedLifetime(folder) {} }
        return try monitor.session.makePlan(arguments)
    }

    /// A path that is not taken for an option.
    static func positional(_ path: String) -> String {
        path.hasPrefix("-") ? "./\(path)" : path
    }
}
