internal import HDF5Format
internal import NumPyFormat
internal import RawFormat
internal import SafetensorsFormat
internal import SystemPackage
internal import TensorIO

extension FuzzTarget {
    /// One `.safetensors` file.
    static let safetensors = FuzzTarget(
        "safetensors", words: jsonWords + safetensorsWords,
        seeds: { try FuzzSeed.fixtures("safetensors", ".safetensors") }
    ) { try check(SafetensorsFormat(), "x.safetensors", $0, $1) }

    /// An index of shards, and two shards.
    static let shards = FuzzTarget(
        "safetensors-index",
        words: jsonWords + safetensorsWords + ["\"weight_map\"", "\"metadata\"", "\"total_size\""],
        seeds: {
            let folder = "safetensors/sharded/model"
            return [
                try FuzzSeed(files: [
                    "\(folder).safetensors.index.json", "\(folder)-00001-of-00002.safetensors",
                    "\(folder)-00002-of-00002.safetensors",
                ])
            ]
        },
        { bytes, folder in
            let index = "model.safetensors.index.json"
            try folder.place(
                [index, "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"], sectionsOf: bytes)
            try ReaderLaws.check(SafetensorsFormat().open(folder.path.appending(index)))
        })

    /// One `.npy` file.
    static let npy = FuzzTarget(
        "npy",
        words: [
            "\u{93}NUMPY\u{1}\u{0}", "{'descr': '", "', 'fortran_order': ", "True", "False", ", 'shape': (", ",), }",
            "<f4", ">f8",
            "|V2", "|b1", "<c8", "|O", "'<U4'", "[('a', '<f4')]", "9223372036854775807", "L",
        ],
        seeds: { try FuzzSeed.fixtures("numpy", ".npy") + FuzzSeed.fixtures("conversion", ".npy") }
    ) { try check(NumPyFormat(), "x.npy", $0, $1) }

    /// A folder of `.npy` files with its list.
    static let numpyFolder = FuzzTarget(
        "npy-folder",
        words: jsonWords + [
            "\"tensors\"", "\"file\"", "\"dtype\"", "\"name\"", "\"metadata\"", "a.npy", "b.npy", "BF16",
        ],
        seeds: {
            let list = #"""
                {"format":"focus-numpy","version":1,"metadata":{"k":"v"},"tensors":[{"name":"a","file":"a.npy","dtype":"F32"},\#
                {"name":"b/c","file":"b.npy","dtype":"BF16"}]}
                """#
            let arrays = try FuzzSeed.fixtures("numpy", "f4-little-c.npy", "bfloat16.npy")
            return [FuzzSeed("folder", files: [Array(list.utf8), arrays[1].bytes, arrays[0].bytes])]
        },
        { bytes, folder in
            try folder.place(["numpy.json", "a.npy", "b.npy"], sectionsOf: bytes)
            try ReaderLaws.check(NumPyFormat().open(folder.path))
        })

    /// One `.npz` archive.
    static let npz = FuzzTarget(
        "npz", maximumByteCount: 1 << 15,
        words: [
            "PK\u{1}\u{2}", "PK\u{3}\u{4}", "PK\u{5}\u{6}", "PK\u{6}\u{6}", "PK\u{6}\u{7}", ".npy", "numpy.json", "../",
            "\u{8}\u{0}",
        ],
        seeds: { try FuzzSeed.fixtures("numpy", ".npz") + FuzzSeed.fixtures("hostile", ".npz") }
    ) { try check(NPZFormat(), "x.npz", $0, $1) }

    /// A folder of `tensors.json` and two files, the second compressed.
    static let raw = FuzzTarget(
        "raw", maximumByteCount: 1 << 15, allocationLimit: 160,
        words: jsonWords + [
            "\"tensors\"", "\"file\"", "\"dtype\"", "\"shape\"", "\"offset\"", "\"byte_count\"", "\"byte_order\"",
            "\"big\"", "\"little\"",
            "\"compression\"", "\"zstd\"", "\"xxh64\"", "\"metadata\"", "a.bin", "b.zst", "\u{28}\u{B5}\u{2F}\u{FD}",
        ],
        seeds: rawSeeds,
        { bytes, folder in
            try folder.place(["tensors.json", "a.bin", "b.zst"], sectionsOf: bytes)
            try ReaderLaws.check(RawFormat().open(folder.path))
        })

    /// One HDF5 file. The process that tries it out may take two seconds.
    static let hdf5 = FuzzTarget(
        "hdf5", maximumByteCount: 1 << 16, allocationLimit: 160, patience: 3,
        words: [
            "\u{89}HDF\r\n\u{1A}\n", "OHDR", "OCHK", "TREE", "SNOD", "HEAP", "GCOL", "FRHP", "FHDB", "BTHD", "BTLF",
            "FSHD", "EAHD", "FAHD",
        ],
        seeds: { try FuzzSeed.fixtures("hdf5", ".h5") + FuzzSeed.fixtures("hostile", ".h5") }
    ) { try check(HDF5Format(), "x.h5", $0, $1) }

    /// Reads `bytes` as a file of `format`.
    static func check(_ format: some TensorFormat, _ name: String, _ bytes: [UInt8], _ folder: FuzzFolder) throws {
        let prefix = Array(bytes.prefix(4096))
        _ = unsafe format.recognizes(prefix.span.bytes)
        try ReaderLaws.check(format.open(folder.place(name, bytes)))
    }

    private static let safetensorsWords = [
        "__metadata__", "\"dtype\":\"F32\"", "\"BF16\"", "\"F4\"", "\"F6_E2M3\"", "\"shape\":[", "\"data_offsets\":[0,",
    ]

    @Sendable private static func rawSeeds() throws -> [FuzzSeed] {
        try FuzzSeed.fixtures("raw", ".zst").map { packed in
            let manifest = #"""
                {"tensors":[{"name":"a","dtype":"F32","shape":[2,3],"file":"a.bin","offset":4,"byte_count":24,"byte_order":"big"},\#
                {"name":"b","dtype":"F32","shape":[60,50],"file":"b.zst","byte_count":\#(packed.bytes.count),\#
                "compression":"zstd"}],"metadata":{"k":"v"}}
                """#
            return FuzzSeed(packed.name, files: [Array(manifest.utf8), Array(0..<28), packed.bytes])
        }
    }
}
