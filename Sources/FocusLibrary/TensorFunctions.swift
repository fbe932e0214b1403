public import CFocus
internal import FocusTool
internal import JSON

/// `focus_tensors_open` of focus_tensors.h.
@_cdecl("focus_tensors_open")
public func openTensors(
    _ path: focus_string_v1, _ settings: UnsafePointer<focus_setting_v1>?, _ count: UInt64, _ monitor: OpaquePointer?,
    _ tensors: UnsafeMutablePointer<OpaquePointer?>?, _ problem: UnsafeMutablePointer<focus_problem_v1>?
) -> Int32 {
    let monitor = unsafe CallMonitor.of(monitor)
    return unsafe Call.making(tensors, problem, monitor) {
        let path = try unsafe CallText.string(path, "the path of tensors")
        guard !path.isEmpty else { throw Call.usage("the path of tensors is empty") }
        let options = try unsafe CallerTensors.options(settings, count)
        return OpenTensors(try monitor.session.openTensors(options + [PlanJob.positional(path)]))
    }
}

/// `focus_tensors_describe` of focus_tensors.h.
@_cdecl("focus_tensors_describe")
public func describeTensors(
    _ tensors: OpaquePointer?, _ json: UnsafeMutablePointer<OpaquePointer?>?,
    _ problem: UnsafeMutablePointer<focus_problem_v1>?
) -> Int32 {
    unsafe Call.making(json, problem) {
        OwnedText(try unsafe Call.object(tensors, OpenTensors.self, "what is open").description.written())
    }
}

/// `focus_tensors_read` of focus_tensors.h.
@_cdecl("focus_tensors_read")
public func readTensor(
    _ tensors: OpaquePointer?, _ index: UInt64, _ offset: UInt64, _ place: UnsafeMutableRawPointer?,
    _ byteCount: UInt64, _ monitor: OpaquePointer?, _ problem: UnsafeMutablePointer<focus_problem_v1>?
) -> Int32 {
    let monitor = unsafe CallMonitor.of(monitor)
    return unsafe Call.run(problem, monitor) {
        let tensors = try unsafe Call.object(tensors, OpenTensors.self, "what is open")
        guard byteCount > 0 else { return nil }
        guard let place = unsafe place else { throw Call.usage("there is no place for the contents: it is NULL") }
        let (end, isTooFar) = offset.addingReportingOverflow(byteCount)
        guard !isTooFar else { throw Call.usage("byte \(offset) and \(byteCount) more are past every tensor") }
        try unsafe tensors.read(index, offset..<end, to: place, monitor)
        return nil
    }
}

/// `focus_tensors_close` of focus_tensors.h.
@_cdecl("focus_tensors_close")
public func closeTensors(_ tensors: OpaquePointer?) {
    unsafe Handle.close(tensors, OpenTensors.self)
}

/// `focus_tensors_write` of focus_tensors.h.
@_cdecl("focus_tensors_write")
public func writeTensors(
    _ job: UnsafePointer<focus_write_v1>?, _ monitor: OpaquePointer?, _ problem: UnsafeMutablePointer<focus_problem_v1>?
) -> Int32 {
    let monitor = unsafe CallMonitor.of(monitor)
    return unsafe Call.run(problem, monitor) {
        guard let job = unsafe job?.pointee else { throw Call.usage("the job is NULL") }
        try unsafe Call.check(size: job.struct_size, of: focus_write_v1.self)
        let path = try unsafe CallText.string(job.path, "the path of tensors")
        guard !path.isEmpty else { throw Call.usage("the path of tensors is empty") }
        let options = try unsafe CallerTensors.options(job.settings, job.setting_count)
        try monitor.session.write(try unsafe CallerTensors(job), options + [PlanJob.positional(path)])
        return nil
    }
}
