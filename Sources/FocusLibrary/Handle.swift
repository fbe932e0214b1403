/// Objects that callers hold without knowing what they are.
enum Handle {
    /// A handle on `object`, which lives until it is closed.
    static func open(_ object: AnyObject) -> OpaquePointer {
        unsafe OpaquePointer(Unmanaged.passRetained(object).toOpaque())
    }

    /// The object behind a handle that is open.
    static func object<Object: AnyObject>(_ handle: OpaquePointer, _: Object.Type) -> Object {
        unsafe Unmanaged<Object>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
    }

    /// Closes a handle; nil is none.
    static func close<Object: AnyObject>(_ handle: OpaquePointer?, _: Object.Type) {
        guard let handle = unsafe handle else { return }
        unsafe Unmanaged<Object>.fromOpaque(UnsafeRawPointer(handle)).release()
    }
}
