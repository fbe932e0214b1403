private import Glibc
internal import SystemPackage

/// Writes what libFuzzer starts from to files.
public struct FuzzPreparation {
    private let folder: FilePath

    /// Prepares below `folder`, which must be there.
    public init(in folder: String) {
        self.folder = FilePath(folder)
    }

    /// For each target TARGET, writes TARGET/seeds/NAME and TARGET/words.
    public func run() throws {
        for target in FuzzTarget.all {
            let place = folder.appending(target.name)
            for path in [place, place.appending("seeds")] { unsafe mkdir(path.string, 0o755) }
            try write(Array(target.dictionary.utf8), to: place.appending("words"))
            for seed in try target.seeds { try write(seed.bytes, to: place.appending("seeds").appending(seed.name)) }
        }
    }

    private func write(_ bytes: [UInt8], to path: FilePath) throws {
        let file = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite, .groupRead, .otherRead])
        try file.closeAfter { _ = try file.writeAll(bytes) }
    }
}
