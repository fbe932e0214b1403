public import CFocus
internal import FocusTool

/// `focus_run` of focus.h.
@_cdecl("focus_run")
public func runCommand(
    _ arguments: UnsafePointer<focus_string_v1>?, _ count: UInt64, _ monitor: OpaquePointer?,
    _ answer: UnsafeMutablePointer<OpaquePointer?>?, _ problem: UnsafeMutablePointer<focus_problem_v1>?
) -> Int32 {
    let monitor = unsafe CallMonitor.of(monitor)
    if let answer = unsafe answer { unsafe answer.pointee = nil }
    return unsafe Call.run(problem, monitor) {
        let arguments = try unsafe Call.strings(arguments, count, "an argument")
        let (said, code) = try monitor.session.run(arguments)
        if let answer = unsafe answer { unsafe answer.pointee = Handle.open(OwnedText(said)) }
        return code
    }
}
