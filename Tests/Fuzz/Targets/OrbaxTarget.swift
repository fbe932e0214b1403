private import Glibc
internal import PluginHost
internal import PluginSupport
internal import SystemPackage
internal import TensorIO

extension FuzzTarget {
    /// A checkpoint of Orbax with one array, in OCDBT or in a folder. Lengths and checksums of OCDBT are put right, so
    /// that what is behind them is reached.
    static let orbax = FuzzTarget(
        "orbax", allocationLimit: 160, patience: 3,
        words: [
            "\"shape\":[", "\"chunks\":[", "\"chunk_shape\":[", "sharding_indexed", "zstd", "gzip", "crc32c",
            "bfloat16",
            "a/.zarray", "a/zarr.json", "d/0", "\"key\":\"a\"",
        ],
        seeds: { [] },
        { bytes, folder in
            let names = [
                "_METADATA", "manifest.ocdbt", "d/0", "d/1", "a/.zarray", "a/0.0", "a/zarr.json", "a/c/0/0",
            ]
            for name in ["d", "a", "a/c", "a/c/0"] { unsafe mkdir(folder.path.appending(name).string, 0o755) }
            let sections = FuzzSections.split(bytes, count: names.count)
            for (number, name) in names.enumerated() {
                var section = number < sections.count ? sections[number] : []
                if 1...3 ~= number { FuzzTarget.seal(&section) }
                try folder.place(name, section.isEmpty ? nil : section)
            }
            try ReaderLaws.check(FuzzedPlugins.format("orbax").open(folder.path))
        })

    /// Puts the length and the checksum of a manifest or a node right.
    private static func seal(_ bytes: inout [UInt8]) {
        guard bytes.count >= 18 else { return }
        func put(_ number: UInt64, at place: Int, _ count: Int) {
            for byte in 0..<count { bytes[place + byte] = UInt8(truncatingIfNeeded: number >> UInt64(8 * byte)) }
        }
        put(UInt64(bytes.count), at: 4, 8)
        put(UInt64(Checksum.of(bytes.dropLast(4))), at: bytes.count - 4, 4)
    }
}
