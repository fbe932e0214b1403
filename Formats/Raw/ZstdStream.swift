internal import CZstd
internal import TensorIO

/// zstd's state while it unpacks from front to back.
@safe struct ZstdStream: ~Copyable {
    private let context: OpaquePointer

    init() throws(FormatError) {
        guard let context = unsafe ZSTD_createDCtx() else {
            throw FormatError(.system, "there is not enough memory to unpack")
        }
        unsafe self.context = unsafe context
    }

    deinit {
        unsafe ZSTD_freeDCtx(context)
    }

    /// Fills `buffer` from `input`, as far as either goes.
    mutating func step(
        _ input: RawSpan, into buffer: inout [UInt8]
    ) throws(FormatError) -> (count: Int, consumed: Int) {
        var (filled, consumed) = (0, 0)
        let code = unsafe input.withUnsafeBytes { input in
            unsafe buffer.withUnsafeMutableBytes { output in
                var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
                var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
                var code = 0
                repeat {
                    code = unsafe ZSTD_decompressStream(context, &target, &source)
                } while unsafe ZSTD_isError(code) == 0 && source.pos < source.size && target.pos < target.size
                (filled, consumed) = unsafe (target.pos, source.pos)
                return code
            }
        }
        guard ZSTD_isError(code) == 0 else { throw Zstd.error(code, "unpack") }
        return (filled, consumed)
    }
}
