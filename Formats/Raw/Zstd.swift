internal import CZstd
internal import Synchronization
internal import TensorIO

/// zstd, one frame at a time; its working memory is kept from frame to frame.
@safe final class Zstd: Sendable {
    /// The contents of each frame that is written but the last: small enough to unpack alone for a few rows.
    static let frameSize = 2 << 20
    /// How many times as large as a frame its contents can be: a block of 128 KiB takes 4 bytes or more.
    static let largestRatio = 1 << 15

    /// The addresses of the contexts, 0 until they are needed.
    private let compressing = Mutex<UInt>(0)
    private let decompressing = Mutex<UInt>(0)

    /// Fills `frame` with the frame of `bytes` at `level`, and returns how many bytes it has.
    func pack(_ bytes: [UInt8], level: Int, into frame: inout [UInt8]) throws(FormatError) -> Int {
        let capacity = ZSTD_compressBound(bytes.count)
        if frame.count < capacity { frame = [UInt8](repeating: 0, count: capacity) }
        let code = compressing.withLock { address in
            if address == 0 {
                let context = unsafe ZSTD_createCCtx()
                unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, CInt(level))
                unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
                address = UInt(bitPattern: context)
            }
            let context = unsafe OpaquePointer(bitPattern: address)
            let capacity = frame.count
            return unsafe ZSTD_compress2(context, &frame, capacity, bytes, bytes.count)
        }
        guard ZSTD_isError(code) == 0 else { throw Zstd.error(code, "compress") }
        return code
    }

    /// Fills `contents` with those of `frame`, which must have `byteCount` bytes.
    func unpack(_ frame: RawSpan, byteCount: Int, into contents: inout [UInt8]) throws(FormatError) {
        if contents.count != byteCount { contents = [UInt8](repeating: 0, count: byteCount) }
        let code = decompressing.withLock { address in
            if address == 0 { address = unsafe UInt(bitPattern: ZSTD_createDCtx()) }
            let context = unsafe OpaquePointer(bitPattern: address)
            return unsafe frame.withUnsafeBytes { input in
                unsafe ZSTD_decompressDCtx(context, &contents, byteCount, input.baseAddress, input.count)
            }
        }
        guard ZSTD_isError(code) == 0 else { throw Zstd.error(code, "unpack") }
        guard code == byteCount else {
            throw FormatError(.invalidHeader, "a frame unpacks to \(code) bytes, not to the \(byteCount) it says")
        }
    }

    deinit {
        unsafe ZSTD_freeCCtx(OpaquePointer(bitPattern: compressing.withLock { $0 }))
        unsafe ZSTD_freeDCtx(OpaquePointer(bitPattern: decompressing.withLock { $0 }))
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
        guard ZSTD_getErrorCode(code) != ZSTD_error_frameParameter_windowTooLarge else {
            return FormatError(
                .unsupported, "needs more than 128 MiB of memory to unpack: unpack it before, with zstd -d --long=31")
        }
        let reason = unsafe String(cString: ZSTD_getErrorName(code))
        return FormatError(.invalidHeader, "cannot \(action) its compressed contents (\(reason)): copy it again")
    }
}
