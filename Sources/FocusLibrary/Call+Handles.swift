internal import CFocus

extension Call {
    /// Makes an object and hands it to the caller, or NULL with what is wrong.
    ///
    /// - Returns: one of `focus_outcome`.
    static func making(
        _ handle: UnsafeMutablePointer<OpaquePointer?>?, _ problem: UnsafeMutablePointer<focus_problem_v1>?,
        _ monitor: CallMonitor? = nil, _ make: () throws -> AnyObject
    ) -> Int32 {
        if let handle = unsafe handle { unsafe handle.pointee = nil }
        return unsafe run(problem, monitor) {
            guard let handle = unsafe handle else { throw usage("there is no place for what is made: it is NULL") }
            unsafe handle.pointee = Handle.open(try make())
            return nil
        }
    }

    /// The object behind a handle.
    ///
    /// - Throws: `FocusError` where it is NULL.
    static func object<Object: AnyObject>(
        _ handle: OpaquePointer?, _ type: Object.Type, _ what: String
    ) throws -> Object {
        guard let handle = unsafe handle else { throw usage("\(what) is NULL") }
        return unsafe Handle.object(handle, type)
    }

    /// Texts of the caller.
    ///
    /// - Throws: `FocusError` where one is not UTF-8.
    static func strings(_ texts: UnsafePointer<focus_string_v1>?, _ count: UInt64, _ what: String) throws -> [String] {
        guard count > 0 else { return [] }
        guard let texts = unsafe texts, count < 1 << 24 else { throw usage("\(what) is NULL") }
        return try (0..<Int(count)).map { try unsafe CallText.string(texts[$0], what) }
    }
}
