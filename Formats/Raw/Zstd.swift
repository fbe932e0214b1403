internal import CZstd
internal import TensorIO

/// zstd, one frame at a time.
enum Zstd {
    /// The contents of each frame that is written but the last: small enough to unpack alone for a few rows.
    static let frameSize = 2 << 20

    /// The frame of `bytes` at `level`.
    static func frame(of bytes: RawSpan, level: Int) throws(FormatError) -> [UInt8] {
        let capacity = ZSTD_compressBound(bytes.byteCount)
        var code = 0
        let frame = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
            let context = unsafe ZSTD_createCCtx()
            defer { unsafe ZSTD_freeCCtx(context) }
            unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, CInt(level))
            unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
            code = unsafe bytes.withUnsafeBytes { input in
                unsafe ZSTD_compress2(context, output.baseAddress, output.count, input.baseAddress, input.count)
            }
            count = ZSTD_isError(code) == 0 ? code : 0
        }
        guard ZSTD_isError(code) == 0 else { throw error(code, "compress") }
        return frame
    }

    /// The contents of one frame, which must have `byteCount` bytes.
    static func contents(of frame: RawSpan, byteCount: Int) throws(FormatError) -> [UInt8] {
        var code = 0
        let contents = unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
            code = unsafe frame.withUnsafeBytes { input in
                unsafe ZSTD_decompress(output.baseAddress, byteCount, input.baseAddress, input.count)
            }
            count = ZSTD_isError(code) == 0 ? code : 0
        }
        guard ZSTD_isError(code) == 0 else { throw error(code, "unpack") }
        guard contents.count == byteCount else {
            throw FormatError(
                .invalidHeader, "a frame unpacks to \(contents.count) bytes, not to the \(byteCount) it says")
        }
        return contents
    }

    /// A frame's place among others, and the size of its contents, or nil where it does not say.
    static func measure(_ bytes: RawSpan) throws(FormatError) -> (byteCount: Int, contents: Int?) {
        let (size, contents) = unsafe bytes.withUnsafeBytes { input in
            unsafe (
                ZSTD_findFrameCompressedSize(input.baseAddress, input.count),
                ZSTD_getFrameContentSize(input.baseAddress, input.count)
            )
        }
        guard ZSTD_isError(size) == 0 else { throw error(size, "find a frame of") }
        // The two largest numbers say that the size is not known, or that this is no frame.
        return (size, contents < UInt64.max - 1 ? Int(exactly: contents) : nil)
    }

    static func error(_ code: Int, _ action: String) -> FormatError {
        let reason = unsafe String(cString: ZSTD_getErrorName(code))
        return FormatError(.invalidHeader, "cannot \(action) its compressed contents (\(reason)): copy it again")
    }
}
