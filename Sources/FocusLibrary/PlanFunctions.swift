public import CFocus
internal import Focus
internal import FocusEngine
internal import JSON
internal import Parallel
internal import SystemPackage
internal import TensorIO

/// `focus_plan_make` of focus.h.
@_cdecl("focus_plan_make")
public func makePlan(
    _ job: UnsafePointer<focus_plan_job_v1>?, _ monitor: OpaquePointer?, _ plan: UnsafeMutablePointer<OpaquePointer?>?,
    _ problem: UnsafeMutablePointer<focus_problem_v1>?
) -> Int32 {
    let monitor = unsafe CallMonitor.of(monitor)
    return unsafe Call.making(plan, problem, monitor) {
        guard let job = unsafe job else { throw Call.usage("the job is NULL") }
        return OpenPlan(try unsafe PlanJob(job.pointee).plan(monitor))
    }
}

/// `focus_plan_open` of focus.h.
@_cdecl("focus_plan_open")
public func openPlan(
    _ path: focus_string_v1, _ plan: UnsafeMutablePointer<OpaquePointer?>?,
    _ problem: UnsafeMutablePointer<focus_problem_v1>?
) -> Int32 {
    unsafe Call.making(plan, problem) {
        try OpenPlan(PlanFile(reading: FilePath(unsafe CallText.string(path, "the path of a plan"))))
    }
}

/// `focus_plan_save` of focus.h.
@_cdecl("focus_plan_save")
public func savePlan(
    _ plan: OpaquePointer?, _ path: focus_string_v1, _ problem: UnsafeMutablePointer<focus_problem_v1>?
) -> Int32 {
    unsafe Call.run(problem) {
        let plan = try unsafe Call.object(plan, OpenPlan.self, "the plan")
        let path = try unsafe CallText.string(path, "the path of a plan")
        guard !path.isEmpty else { throw Call.usage("the path of a plan is empty") }
        try plan.file.write(to: FilePath(path))
        return nil
    }
}

/// `focus_plan_close` of focus.h.
@_cdecl("focus_plan_close")
public func closePlan(_ plan: OpaquePointer?) {
    unsafe Handle.close(plan, OpenPlan.self)
}

/// `focus_plan_arrays` of focus.h.
@_cdecl("focus_plan_arrays")
public func planArrays(
    _ plan: OpaquePointer?, _ arrays: UnsafeMutablePointer<focus_plan_arrays_v1>?,
    _ problem: UnsafeMutablePointer<focus_problem_v1>?
) -> Int32 {
    unsafe Call.run(problem) {
        let plan = try unsafe Call.object(plan, OpenPlan.self, "the plan")
        guard let arrays = unsafe arrays else { throw Call.usage("the arrays are NULL") }
        try unsafe Call.check(size: arrays.pointee.struct_size, of: focus_plan_arrays_v1.self)
        unsafe arrays.pointee.rows = UInt64(plan.file.plan.rowCount)
        unsafe arrays.pointee.source_rows = UInt64(plan.file.plan.sourceRowCount)
        unsafe arrays.pointee.kinds = UnsafePointer(plan.kinds.baseAddress)
        unsafe arrays.pointee.offsets = UnsafePointer(plan.offsets.baseAddress)
        unsafe arrays.pointee.sources = UnsafePointer(plan.sources.baseAddress)
        unsafe arrays.pointee.weights = UnsafePointer(plan.weights.baseAddress)
        return nil
    }
}

/// `focus_plan_describe` of focus.h.
@_cdecl("focus_plan_describe")
public func describePlan(
    _ plan: OpaquePointer?, _ json: UnsafeMutablePointer<OpaquePointer?>?,
    _ problem: UnsafeMutablePointer<focus_problem_v1>?
) -> Int32 {
    unsafe Call.making(json, problem) {
        OwnedText(try unsafe Call.object(plan, OpenPlan.self, "the plan").description.written())
    }
}

/// `focus_plan_explain` of focus.h.
@_cdecl("focus_plan_explain")
public func explainPlan(
    _ plan: OpaquePointer?, _ token: focus_string_v1, _ json: UnsafeMutablePointer<OpaquePointer?>?,
    _ problem: UnsafeMutablePointer<focus_problem_v1>?
) -> Int32 {
    unsafe Call.making(json, problem) {
        let plan = try unsafe Call.object(plan, OpenPlan.self, "the plan")
        return OwnedText(try plan.explanation(of: unsafe CallText.string(token, "the token")).written())
    }
}

/// `focus_plan_apply` of focus.h.
@_cdecl("focus_plan_apply")
public func applyPlan(
    _ plan: OpaquePointer?, _ job: UnsafePointer<focus_apply_v1>?, _ monitor: OpaquePointer?,
    _ problem: UnsafeMutablePointer<focus_problem_v1>?
) -> Int32 {
    let monitor = unsafe CallMonitor.of(monitor)
    return unsafe Call.run(problem, monitor) {
        let plan = try unsafe Call.object(plan, OpenPlan.self, "the plan")
        guard let job = unsafe job?.pointee else { throw Call.usage("the job is NULL") }
        try unsafe Call.check(size: job.struct_size, of: focus_apply_v1.self)
        guard let source = unsafe job.source?.pointee, let place = unsafe job.target?.pointee else {
            throw Call.usage("a table is NULL")
        }
        guard unsafe job.threads <= 4096 else { throw Call.usage("1 to 4096 threads can be used") }
        var target = try unsafe TargetTable(place)
        let name = try unsafe CallText.string(job.tensor, "the name of the tensor")
        let table = try unsafe CallTable.source(
            source, name: TensorName(name.isEmpty ? "table" : name), wanted: target.type)
        try target.check(columns: table.tensor.shape[1])
        guard try unsafe !CallTable.reach(source, "the source").overlaps(CallTable.reach(place, "the target")) else {
            throw Call.usage("the source and the target lie over each other: rows would be read that are new already")
        }
        let workers = unsafe job.threads == 0 ? Workers.allCores : Workers(count: Int(job.threads))
        try plan.file.apply(
            to: table, rowCount: target.rows, allRows: unsafe job.flags & FOCUS_APPLY_ALL_ROWS != 0,
            workers: workers, monitor: monitor.monitor("make rows")
        ) { (bytes: RawSpan) throws(FormatError) in
            target.append(bytes, table.tensor.elementType)
        }
        return nil
    }
}
