internal import CHDF5
internal import TensorIO

/// A step of a chunk's way into the file.
struct HDF5Filter: Sendable {
    let number: Int
    let values: [UInt32]

    static let deflate = 1
    static let shuffle = 2
    static let fletcher32 = 3

    /// Whether it is undone here, on all cores, rather than in the library.
    var isOwn: Bool {
        number == HDF5Filter.deflate || number == HDF5Filter.shuffle || number == Int(FOCUS_H5_ZSTD)
    }

    /// How many times as large as before a chunk can be when the filter is undone.
    var largestRatio: Int {
        switch number {
        case HDF5Filter.deflate: 1032
        case HDF5Filter.shuffle, HDF5Filter.fletcher32: 1
        // A block of 128 KiB in 4 bytes.
        case Int(FOCUS_H5_ZSTD): 1 << 15
        // Bits that are all the same need not be kept at all.
        default: 1 << 30
        }
    }

    /// Filters that people use and what has them.
    private static let names: [Int: String] = [
        4: "szip", 307: "bzip2", 32000: "LZF", 32001: "Blosc", 32004: "LZ4", 32008: "Bitshuffle", 32013: "ZFP",
        32017: "SZ", 32018: "FCIDECOMP", 32024: "SZ3", 32026: "Blosc2", 32028: "SPERR",
    ]

    private static let lzf = 32000

    /// Those that a file may ask for: the library's own and zstd, not what else a program may have registered with it.
    private static let known = Set([deflate, shuffle, fletcher32, 4, 5, 6, Int(FOCUS_H5_ZSTD)])

    /// The filters of the dataset that `creation` describes, in the order in which they were applied.
    static func all(_ creation: hid_t) throws(FormatError) -> [HDF5Filter] {
        let count = H5Pget_nfilters(creation)
        guard count > 0 else { return [] }
        var filters: [HDF5Filter] = []
        for index in 0..<UInt32(count) {
            var flags: UInt32 = 0
            var valueCount = 16
            var values = [UInt32](repeating: 0, count: valueCount)
            let number = unsafe H5Pget_filter2(creation, index, &flags, &valueCount, &values, 0, nil, nil)
            guard number >= 0 else { throw HDF5Library.failure("examine a filter") }
            let filter = HDF5Filter(number: Int(number), values: Array(values.prefix(max(0, min(16, valueCount)))))
            guard known.contains(filter.number), H5Zfilter_avail(number) > 0 else {
                let name = names[filter.number].map { "\(filter.number) (\($0))" } ?? "\(filter.number)"
                let owner =
                    filter.number == lzf ? "h5py, which has" : "h5py and the Python package hdf5plugin, which has"
                throw FormatError(
                    .unsupported,
                    "is packed with HDF5 filter \(name), which is not built in: rewrite it with gzip or zstd, with "
                        + "\(owner) this filter")
            }
            filters.append(filter)
        }
        return filters
    }
}
