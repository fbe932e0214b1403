internal import CZstd
internal import Synchronization

/// zstd's working memory, kept from chunk to chunk: to make it anew costs as much as to use it.
@safe final class ZstdContexts: Sendable {
    /// The addresses of the contexts, 0 until they are needed.
    private let compressing = Mutex<UInt>(0)
    private let decompressing = Mutex<UInt>(0)

    /// Compresses `bytes` at `level`, and returns how much of `output` it takes; nil for want of memory.
    func compress(_ bytes: [UInt8], into output: inout [UInt8], level: Int) -> Int? {
        compressing.withLock { address in
            if address == 0 { address = unsafe UInt(bitPattern: ZSTD_createCCtx()) }
            guard let context = unsafe OpaquePointer(bitPattern: address) else { return nil }
            let code = unsafe ZSTD_compressCCtx(
                context, &output, output.count, bytes, bytes.count, CInt(level))
            return ZSTD_isError(code) == 0 ? code : nil
        }
    }

    /// Fills `output` with what `bytes` were made from; false where they were not, or it is not of that size.
    func decompress(_ bytes: UnsafeRawBufferPointer, into output: inout [UInt8]) -> Bool {
        decompressing.withLock { address in
            if address == 0 { address = unsafe UInt(bitPattern: ZSTD_createDCtx()) }
            guard let context = unsafe OpaquePointer(bitPattern: address) else { return false }
            let capacity = output.count
            return unsafe ZSTD_decompressDCtx(context, &output, capacity, bytes.baseAddress, bytes.count) == capacity
        }
    }

    deinit {
        unsafe ZSTD_freeCCtx(OpaquePointer(bitPattern: compressing.withLock { $0 }))
        unsafe ZSTD_freeDCtx(OpaquePointer(bitPattern: decompressing.withLock { $0 }))
    }
}
