internal import CFocusPlugin
internal import TensorIO

/// What takes the bytes that a plug-in sends.
@safe final class PluginSink {
    /// Takes bytes, or nil where the plug-in's numbers are impossible, and returns a `focus_status`.
    typealias Take = (UnsafeRawBufferPointer?) -> Int32

    private let take: Take

    private init(_ take: @escaping Take) {
        unsafe self.take = unsafe take
    }

    /// Calls `body` with a sink that hands on to `take`.
    static func with(
        _ take: Take, _ body: (UnsafePointer<focus_sink_v1>) throws(FormatError) -> Void
    ) throws(FormatError) {
        let failure = unsafe withoutActuallyEscaping(take) { take -> FormatError? in
            let sink = unsafe PluginSink(take)
            var raw = unsafe focus_sink_v1(context: Unmanaged.passUnretained(sink).toOpaque(), send: send)
            return withExtendedLifetime(sink) {
                do throws(FormatError) {
                    try unsafe body(&raw)
                    return nil
                } catch {
                    return error
                }
            }
        }
        if let failure { throw failure }
    }

    private static let send: @convention(c) (UnsafeMutableRawPointer?, UnsafeRawPointer?, UInt64) -> Int32 = {
        context, bytes, count in
        guard let context = unsafe context else { return Int32(FOCUS_ERROR_STOPPED.rawValue) }
        let sink = unsafe Unmanaged<PluginSink>.fromOpaque(context).takeUnretainedValue()
        guard let size = Int(exactly: count), unsafe bytes != nil || size == 0 else { return sink.take(nil) }
        return unsafe sink.take(UnsafeRawBufferPointer(start: bytes, count: size))
    }
}
