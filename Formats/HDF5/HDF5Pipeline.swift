internal import CHDF5
internal import CZlib
internal import CZstd
internal import TensorIO

/// Filters of chunks, done and undone outside of the library's lock.
enum HDF5Pipeline {
    /// Undoes `filter`, which gave `bytes` from a chunk of `byteCount`.
    static func undo(
        _ filter: HDF5Filter, _ bytes: [UInt8], byteCount: Int, width: Int
    ) throws(FormatError) -> [UInt8] {
        switch filter.number {
        case HDF5Filter.deflate: return try inflated(bytes, byteCount: byteCount)
        case HDF5Filter.shuffle: return unshuffled(bytes, width: filter.values.first.map { Int($0) } ?? width)
        default: return try unpacked(bytes, byteCount: byteCount)
        }
    }

    private static func inflated(_ bytes: [UInt8], byteCount: Int) throws(FormatError) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: byteCount)
        var count = uLong(byteCount)
        let code = unsafe uncompress(&output, &count, bytes, uLong(bytes.count))
        guard code == Z_OK, Int(count) == byteCount else {
            throw FormatError(.invalidHeader, "has a chunk that gzip cannot unpack: copy the file again")
        }
        return output
    }

    private static func unpacked(_ bytes: [UInt8], byteCount: Int) throws(FormatError) -> [UInt8] {
        let output = unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
            let code = unsafe ZSTD_decompress(output.baseAddress, byteCount, bytes, bytes.count)
            count = ZSTD_isError(code) == 0 ? code : 0
        }
        guard output.count == byteCount else {
            throw FormatError(.invalidHeader, "has a chunk that zstd cannot unpack: copy the file again")
        }
        return output
    }

    /// Compresses a chunk as a dataset of `compression` keeps it: shuffled, then packed.
    static func packed(
        _ bytes: [UInt8], width: Int, _ compression: TensorCompression, _ contexts: ZstdContexts
    ) throws(FormatError) -> [UInt8] {
        let bytes = width > 1 ? shuffled(bytes, width: width) : bytes
        switch compression {
        case .none: return bytes
        case .gzip(let level):
            var count = compressBound(uLong(bytes.count))
            var output = [UInt8](repeating: 0, count: Int(count))
            guard unsafe compress2(&output, &count, bytes, uLong(bytes.count), CInt(min(max(level, 1), 9))) == Z_OK
            else {
                throw FormatError(.system, "cannot compress: there is not enough memory")
            }
            output.removeLast(output.count - Int(count))
            return output
        case .zstd(let level):
            guard let output = contexts.compress(bytes, level: level) else {
                throw FormatError(.system, "cannot compress: there is not enough memory")
            }
            return output
        }
    }

    /// The first bytes of all elements, then the second bytes, and so on; what is no whole element stays at the end.
    private static func shuffled(_ bytes: [UInt8], width: Int) -> [UInt8] {
        var output = bytes
        let count = bytes.count / width
        unsafe bytes.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                for place in 0..<width {
                    for index in 0..<count { unsafe target[place &* count &+ index] = source[index &* width &+ place] }
                }
            }
        }
        return output
    }

    private static func unshuffled(_ bytes: [UInt8], width: Int) -> [UInt8] {
        guard width > 1, bytes.count >= width else { return bytes }
        var output = bytes
        let count = bytes.count / width
        unsafe bytes.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                for place in 0..<width {
                    for index in 0..<count { unsafe target[index &* width &+ place] = source[place &* count &+ index] }
                }
            }
        }
        return output
    }
}
