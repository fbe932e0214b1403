internal import CHDF5
internal import CZlib
internal import CZstd
internal import TensorIO

/// Room for the steps between a chunk as it is in memory and as it is in the file, made once and used for many chunks.
struct HDF5Scratch: Sendable {
    /// What the last step gave.
    private(set) var bytes: [UInt8] = []
    private var other: [UInt8] = []
    private let zstd = ZstdContexts()

    // MARK: From the file

    /// Undoes `filters`, but those with a bit in `skipped`, on `packed`, which must become `byteCount` bytes.
    mutating func undo(
        _ filters: [HDF5Filter], skipping skipped: UInt32, _ packed: RawSpan, byteCount: Int, width: Int
    ) throws(FormatError) {
        var isFirst = true
        for (index, filter) in filters.enumerated().reversed() where skipped >> UInt32(index) & 1 == 0 {
            var output: [UInt8] = []
            swap(&output, &other)
            if output.count != byteCount { output = [UInt8](repeating: 0, count: byteCount) }
            let isUndone =
                isFirst
                ? filter.undo(packed, into: &output, zstd) : unsafe filter.undo(bytes.span.bytes, into: &output, zstd)
            guard isUndone else {
                throw FormatError(
                    .invalidHeader,
                    "has a chunk that \(filter.title) cannot unpack to \(byteCount) bytes: copy the file again")
            }
            swap(&other, &bytes)
            swap(&bytes, &output)
            isFirst = false
        }
        if isFirst { bytes = packed.copied }
        guard bytes.count == byteCount else {
            throw FormatError(.invalidHeader, "has a chunk of \(bytes.count) bytes where \(byteCount) are expected")
        }
    }

    // MARK: To the file

    /// Packs `chunk` as a dataset of `compression` keeps it: shuffled, then compressed. Returns how many of `bytes` it
    /// is.
    mutating func pack(_ chunk: [UInt8], width: Int, _ compression: TensorCompression) throws(FormatError) -> Int {
        let capacity = max(ZSTD_compressBound(chunk.count), Int(compressBound(uLong(chunk.count))))
        if bytes.count != capacity { bytes = [UInt8](repeating: 0, count: capacity) }
        if other.count != chunk.count { other = [UInt8](repeating: 0, count: chunk.count) }
        if width > 1 {
            unsafe focus_h5_shuffle(chunk, chunk.count, width, &other)
        }
        let count = width > 1 ? pack(other, compression) : pack(chunk, compression)
        guard let count else { throw FormatError(.system, "cannot compress: there is not enough memory") }
        return count
    }

    private mutating func pack(_ chunk: [UInt8], _ compression: TensorCompression) -> Int? {
        switch compression {
        case .none: return nil
        case .gzip(let level):
            var count = uLong(bytes.count)
            let code = unsafe compress2(&bytes, &count, chunk, uLong(chunk.count), CInt(min(max(level, 1), 9)))
            return code == Z_OK ? Int(count) : nil
        case .zstd(let level): return zstd.compress(chunk, into: &bytes, level: level)
        }
    }
}

extension HDF5Filter {
    /// What people call the filters that are undone here.
    fileprivate var title: String {
        number == HDF5Filter.deflate ? "gzip" : number == HDF5Filter.shuffle ? "shuffling" : "zstd"
    }

    /// Fills `output` with the bytes that the filter made `input` from; false where it cannot.
    fileprivate func undo(_ input: RawSpan, into output: inout [UInt8], _ zstd: ZstdContexts) -> Bool {
        let byteCount = output.count
        return unsafe input.withUnsafeBytes { input in
            let start = unsafe input.bindMemory(to: UInt8.self).baseAddress
            switch number {
            case HDF5Filter.deflate:
                var count = uLong(byteCount)
                return unsafe uncompress(&output, &count, start, uLong(input.count)) == Z_OK && Int(count) == byteCount
            case HDF5Filter.shuffle:
                guard input.count == byteCount else { return false }
                unsafe focus_h5_unshuffle(start, byteCount, values.first.map { max(1, Int($0)) } ?? 1, &output)
                return true
            default: return unsafe zstd.decompress(input, into: &output)
            }
        }
    }
}
