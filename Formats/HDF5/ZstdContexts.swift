internal import CZstd
internal import Synchronization

/// zstd's working memory, kept from chunk to chunk: to make it anew costs as much as to use it.
@safe final class ZstdContexts: Sendable {
    /// The addresses of contexts that nobody uses.
    private let idle = Mutex<[UInt]>([])

    /// `bytes` compressed at `level`, or nil for want of memory.
    func compress(_ bytes: [UInt8], level: Int) -> [UInt8]? {
        let kept = idle.withLock { $0.popLast() }
        let context = unsafe kept.flatMap { unsafe OpaquePointer(bitPattern: $0) } ?? ZSTD_createCCtx()
        guard let context = unsafe context else { return nil }
        defer {
            let address = UInt(bitPattern: context)
            idle.withLock { $0.append(address) }
        }
        let capacity = ZSTD_compressBound(bytes.count)
        var code = 0
        let output = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
            code = unsafe ZSTD_compressCCtx(context, output.baseAddress, capacity, bytes, bytes.count, CInt(level))
            count = ZSTD_isError(code) == 0 ? code : 0
        }
        return ZSTD_isError(code) == 0 ? output : nil
    }

    deinit {
        for address in idle.withLock({ $0 }) { unsafe ZSTD_freeCCtx(OpaquePointer(bitPattern: address)) }
    }
}
