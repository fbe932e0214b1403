public import CFocus

/// `focus_api_version` of focus.h.
@_cdecl("focus_api_version")
public func apiVersion() -> UInt32 { UInt32(FOCUS_API_VERSION) }

/// `focus_library_version` of focus.h.
@_cdecl("focus_library_version")
public func libraryVersion() -> UnsafePointer<CChar> {
    let version: StaticString = "0.1.0"
    return unsafe UnsafeRawPointer(version.utf8Start).assumingMemoryBound(to: CChar.self)
}

/// `focus_monitor_open` of focus.h.
@_cdecl("focus_monitor_open")
public func openMonitor(_ listener: UnsafePointer<focus_listener_v1>?) -> OpaquePointer? {
    unsafe Handle.open(CallMonitor(listener?.pointee))
}

/// `focus_monitor_cancel` of focus.h.
@_cdecl("focus_monitor_cancel")
public func cancelMonitor(_ monitor: OpaquePointer?) {
    guard let monitor = unsafe monitor else { return }
    unsafe Handle.object(monitor, CallMonitor.self).cancel()
}

/// `focus_monitor_progress` of focus.h.
@_cdecl("focus_monitor_progress")
public func monitorProgress(
    _ monitor: OpaquePointer?, _ progress: UnsafeMutablePointer<focus_progress_v1>?
) -> Int32 {
    guard let monitor = unsafe monitor, let progress = unsafe progress,
        unsafe progress.pointee.struct_size >= UInt32(MemoryLayout<focus_progress_v1>.size)
    else { return Int32(FOCUS_STATUS_USAGE.rawValue) }
    let now = unsafe Handle.object(monitor, CallMonitor.self).progress
    unsafe progress.pointee.completed = UInt64(clamping: now.completed)
    unsafe progress.pointee.total = now.total.map { UInt64(clamping: $0) } ?? .max
    unsafe withUnsafeMutableBytes(of: &progress.pointee.stage) { unsafe CallText.store(now.stage, in: $0) }
    return Int32(FOCUS_STATUS_OK.rawValue)
}

/// `focus_monitor_close` of focus.h.
@_cdecl("focus_monitor_close")
public func closeMonitor(_ monitor: OpaquePointer?) {
    unsafe Handle.close(monitor, CallMonitor.self)
}

/// `focus_text_bytes` of focus.h.
@_cdecl("focus_text_bytes")
public func textBytes(_ text: OpaquePointer?, _ length: UnsafeMutablePointer<UInt64>?) -> UnsafePointer<CChar>? {
    guard let text = unsafe text else {
        if let length = unsafe length { unsafe length.pointee = 0 }
        return nil
    }
    let bytes = unsafe Handle.object(text, OwnedText.self).bytes
    if let length = unsafe length { unsafe length.pointee = UInt64(bytes.count - 1) }
    return unsafe UnsafePointer(bytes.baseAddress)
}

/// `focus_text_close` of focus.h.
@_cdecl("focus_text_close")
public func closeText(_ text: OpaquePointer?) {
    unsafe Handle.close(text, OwnedText.self)
}
