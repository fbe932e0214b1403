private import CZstd

/// A zstd file (RFC 8878) of one or more frames.
@safe final class ZstdSource: TextSource {
    private let input: InputBytes
    private let stream: OpaquePointer
    /// Whether the input so far ends with a whole frame.
    private var frameEnded = true
    /// Whether zstd may hold text that did not fit the last time.
    private var holdsText = false

    init(_ input: InputBytes) throws(CorpusError) {
        self.input = input
        guard let stream = unsafe ZSTD_createDStream() else {
            throw CorpusError(.system, "there is not enough memory to decompress", path: input.path)
        }
        unsafe self.stream = unsafe stream
    }

    func read(into output: inout [UInt8]) throws(CorpusError) -> Int {
        while true {
            guard try input.fill() || holdsText else {
                guard frameEnded else {
                    throw CorpusError(.damaged, "the zstd data is cut short: copy the file again", path: input.path)
                }
                return 0
            }
            let (status, written) = decompressOnce(into: &output)
            guard ZSTD_isError(status) == 0 else {
                let reason = unsafe String(cString: ZSTD_getErrorName(status))
                throw CorpusError(
                    .damaged, "the zstd data is damaged (\(reason)): copy the file again", path: input.path)
            }
            frameEnded = status == 0
            holdsText = status != 0 && written == output.count
            if written > 0 { return written }
        }
    }

    private func decompressOnce(into output: inout [UInt8]) -> (status: Int, written: Int) {
        unsafe output.withUnsafeMutableBytes { output in
            unsafe input.buffer.withUnsafeBytes { source in
                let available = input.available
                var from = unsafe ZSTD_inBuffer(
                    src: source.baseAddress! + available.lowerBound, size: available.count, pos: 0)
                var to = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
                let status = unsafe ZSTD_decompressStream(stream, &to, &from)
                input.take(unsafe from.pos)
                return unsafe (status, to.pos)
            }
        }
    }

    deinit {
        unsafe ZSTD_freeDStream(stream)
    }
}
