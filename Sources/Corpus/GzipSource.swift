private import CZlib

/// A gzip file (RFC 1952) of one or more members.
@safe final class GzipSource: TextSource {
    private let input: InputBytes
    /// zlib keeps the address of its stream, so the stream must stay where it is.
    private let stream: UnsafeMutablePointer<z_stream>
    private var memberEnded = false

    init(_ input: InputBytes) throws(CorpusError) {
        self.input = input
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 is the largest window, 16 asks for gzip's header and checksum.
        let status = unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            throw CorpusError(.system, "zlib cannot start (code \(status))", path: input.path)
        }
    }

    func read(into output: inout [UInt8]) throws(CorpusError) -> Int {
        while true {
            if memberEnded {
                guard try beginNextMember() else { return 0 }
            }
            guard try input.fill() else {
                throw damaged("the gzip data is cut short")
            }
            let (status, written) = inflateOnce(into: &output)
            switch status {
            case Z_STREAM_END: memberEnded = true
            case Z_OK, Z_BUF_ERROR: break
            case Z_NEED_DICT: throw damaged("the gzip data needs a dictionary")
            case Z_MEM_ERROR: throw CorpusError(.system, "there is not enough memory to decompress", path: input.path)
            default: throw damaged("the gzip data is damaged (\(reason))")
            }
            if written > 0 { return written }
        }
    }

    private func inflateOnce(into output: inout [UInt8]) -> (status: Int32, written: Int) {
        unsafe output.withUnsafeMutableBufferPointer { output in
            unsafe input.buffer.withUnsafeBufferPointer { source in
                let available = input.available
                // zlib's interface lacks a const; it does not write here.
                unsafe stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: source.baseAddress! + available.lowerBound)
                unsafe stream.pointee.avail_in = UInt32(available.count)
                unsafe stream.pointee.next_out = output.baseAddress
                unsafe stream.pointee.avail_out = UInt32(output.count)
                let status = unsafe inflate(stream, Z_NO_FLUSH)
                input.take(available.count - Int(unsafe stream.pointee.avail_in))
                return (status, unsafe output.count - Int(stream.pointee.avail_out))
            }
        }
    }

    /// Whether another member follows; zeros up to the end are padding.
    private func beginNextMember() throws(CorpusError) -> Bool {
        guard try input.fill(2) else { return false }
        if input.begins(with: [0x1F, 0x8B]) {
            unsafe inflateReset(stream)
            memberEnded = false
            return true
        }
        while try input.fill() {
            guard input.buffer[input.available].allSatisfy({ $0 == 0 }) else {
                throw damaged("something else follows the gzip data")
            }
            input.take(input.available.count)
        }
        return false
    }

    private var reason: String {
        unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? "no reason given"
    }

    private func damaged(_ what: String) -> CorpusError {
        CorpusError(.damaged, "\(what): copy the file again", path: input.path)
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }
}
