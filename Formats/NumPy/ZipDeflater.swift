internal import CZlib
internal import TensorIO

/// Deflates bytes into a file, without any header, as zip members are.
@safe struct ZipDeflater: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)

    init(level: Int) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // A negative window is zlib's way to ask for no header. It fails only for want of memory, and then each call
        // below does.
        unsafe deflateInit2_(
            stream, CInt(level), Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)
        )
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Deflates `bytes`.
    mutating func append(_ bytes: RawSpan, to file: inout StagedFile) throws(FormatError) {
        var start = 0
        while start < bytes.byteCount {
            // zlib counts with 32 bits.
            let end = min(bytes.byteCount, start + 1 << 30)
            try run(bytes.extracting(start..<end), Z_NO_FLUSH, to: &file)
            start = end
        }
    }

    /// Writes what is left.
    mutating func finish(to file: inout StagedFile) throws(FormatError) {
        try run(RawSpan(), Z_FINISH, to: &file)
    }

    private mutating func run(_ bytes: RawSpan, _ flush: CInt, to file: inout StagedFile) throws(FormatError) {
        var consumed = 0
        while true {
            let (code, count, left) = step(bytes.extracting(droppingFirst: consumed), flush)
            guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else {
                throw FormatError(.system, "cannot deflate (zlib's code \(code)): there is not enough memory")
            }
            consumed = bytes.byteCount - left
            if count > 0 { try unsafe file.append(buffer.span.bytes.extracting(first: count)) }
            // A buffer that was not filled means that nothing is held back.
            if count < buffer.count { return }
        }
    }

    private mutating func step(_ bytes: RawSpan, _ flush: CInt) -> (code: CInt, count: Int, left: Int) {
        unsafe bytes.withUnsafeBytes { input in
            unsafe buffer.withUnsafeMutableBufferPointer { output in
                unsafe stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: input.bindMemory(to: UInt8.self).baseAddress)
                unsafe stream.pointee.avail_in = UInt32(input.count)
                unsafe stream.pointee.next_out = output.baseAddress
                unsafe stream.pointee.avail_out = UInt32(output.count)
                let code = unsafe deflate(stream, flush)
                return unsafe (code, output.count - Int(stream.pointee.avail_out), Int(stream.pointee.avail_in))
            }
        }
    }
}
