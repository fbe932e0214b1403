internal import CZlib
internal import CZstd
internal import PluginSupport

/// How the bytes of a chunk are packed.
enum ChunkPacking {
    case none
    case zstd
    /// gzip, or zlib, which are told by their first bytes.
    case gzip
}

/// The contents of a chunk, unpacked from front to back.
@safe final class ChunkStream {
    private let source: StoredBytes
    private let packing: ChunkPacking
    private var place = 0
    /// Up to where the packed bytes were given back to the system.
    private var released = 0
    private var zstd: OpaquePointer?
    private var inflating: UnsafeMutablePointer<z_stream>?
    /// Whether what was read so far ends with the end of a frame or a member.
    private var isWhole = false
    /// Whether zlib's stream has come to its end.
    private var isOver = false

    /// How many packed bytes are given back to the system at once.
    private static let step = 1 << 22

    init(_ source: StoredBytes, _ packing: ChunkPacking) throws(Refusal) {
        self.source = source
        self.packing = packing
        switch packing {
        case .none: break
        case .zstd:
            unsafe zstd = ZSTD_createDCtx()
            guard unsafe zstd != nil else { throw Refusal(.memory, "there is not enough memory to unpack it") }
        case .gzip:
            let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
            unsafe stream.initialize(to: z_stream())
            guard unsafe inflateInit2_(stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
                unsafe stream.deallocate()
                throw Refusal(.memory, "there is not enough memory to unpack it")
            }
            unsafe inflating = stream
        }
    }

    deinit {
        unsafe ZSTD_freeDCtx(zstd)
        guard let stream = unsafe inflating else { return }
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Goes to byte `start` of the contents, where they are not packed.
    ///
    /// - Returns: whether that was so.
    func jump(to start: Int) -> Bool {
        guard packing == .none, start <= source.count else { return false }
        (place, released) = (start, start)
        return true
    }

    /// Fills the bytes `range` of `target` with what comes next.
    ///
    /// - Returns: how many bytes there were: fewer than asked for at the end alone.
    func read(into target: inout [UInt8], _ range: Range<Int>) throws(Refusal) -> Int {
        var filled = range.lowerBound
        while filled < range.upperBound {
            let input = place..<min(source.count, place + ChunkStream.step)
            let step = unsafe target.withUnsafeMutableBytes { bytes in
                unsafe unpack(input, into: UnsafeMutableRawBufferPointer(rebasing: bytes[filled..<range.upperBound]))
            }
            if let reason = step.reason {
                throw Refusal(
                    .invalidTensor, "has a chunk that cannot be unpacked (\(reason)): copy the checkpoint again")
            }
            filled += step.count
            place += step.taken
            if place - released >= ChunkStream.step || place == source.count, place > released {
                source.release(released..<place)
                released = place
            }
            guard step.count == 0, step.taken == 0 else { continue }
            guard place == source.count, packing == .none || isWhole else {
                throw Refusal(
                    .truncated,
                    "has a chunk that ends early, or goes on behind its end: copy the checkpoint again")
            }
            break
        }
        return filled - range.lowerBound
    }

    /// What a step unpacked, of how many packed bytes; or why it could not.
    private struct Step {
        var count = 0
        var taken = 0
        var reason: String?
    }

    private func unpack(_ range: Range<Int>, into target: UnsafeMutableRawBufferPointer) -> Step {
        switch packing {
        case .none:
            let part = range.lowerBound..<range.lowerBound + min(range.count, target.count)
            unsafe source.withBytes(part) { unsafe target.copyMemory(from: $0) }
            return Step(count: part.count, taken: part.count)
        case .zstd: return unsafe unpackZstd(range, into: target)
        case .gzip: return unsafe inflate(range, into: target)
        }
    }

    private func unpackZstd(_ range: Range<Int>, into target: UnsafeMutableRawBufferPointer) -> Step {
        let (code, count, taken) = unsafe source.withBytes(range) { bytes in
            var input = unsafe ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
            var output = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
            let code = unsafe ZSTD_decompressStream(zstd, &output, &input)
            return unsafe (code, output.pos, input.pos)
        }
        guard ZSTD_isError(code) == 0 else { return Step(reason: unsafe String(cString: ZSTD_getErrorName(code))) }
        // An empty step at the end asks for a new frame, which need not come.
        if count > 0 || taken > 0 { isWhole = code == 0 }
        return Step(count: count, taken: taken)
    }

    private func inflate(_ range: Range<Int>, into target: UnsafeMutableRawBufferPointer) -> Step {
        guard !isOver, let stream = unsafe inflating else { return Step() }
        let room = min(target.count, 1 << 30)
        let (code, count, taken) = unsafe source.withBytes(range) { bytes in
            // zlib's interface lacks a const; it does not write here.
            unsafe stream.pointee.next_in = UnsafeMutablePointer(
                mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
            unsafe stream.pointee.avail_in = UInt32(bytes.count)
            unsafe stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
            unsafe stream.pointee.avail_out = UInt32(room)
            let code = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
            return unsafe (code, room - Int(stream.pointee.avail_out), bytes.count - Int(stream.pointee.avail_in))
        }
        guard [Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(code) else {
            return Step(reason: unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? "no reason given")
        }
        if code == Z_STREAM_END { (isOver, isWhole) = (true, true) }
        return Step(count: count, taken: taken)
    }
}
