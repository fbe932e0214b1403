internal import SystemPackage
internal import TensorIO

/// A copy of a sample that can be damaged.
struct SampleCopy {
    /// The folder of the copy.
    let folder: ScratchFolder
    /// What to open: a file in that folder, or the folder itself.
    let path: FilePath
    /// The files of the sample, by name.
    let files: [(name: FilePath, bytes: [UInt8])]

    /// Copies the file or folder at `sample` into `scratch`, and the files `beside` to the same place.
    init(of sample: FilePath, beside: [FilePath] = [], in scratch: ScratchFolder) throws {
        folder = try scratch.folder("sample")
        if ScratchFolder.isFolder(sample) {
            path = folder.path
            files = try ScratchFolder.files(in: sample).sorted { "\($0.key)" < "\($1.key)" }.map { ($0.key, $0.value) }
        } else {
            let name = FilePath(sample.lastComponent?.string ?? "sample")
            path = folder.path.pushing(name)
            files =
                try [(name, ScratchFolder.read(sample))]
                + beside.map { (FilePath($0.lastComponent?.string ?? "beside"), try ScratchFolder.read($0)) }
        }
        for (name, bytes) in files { try folder.write(name, bytes) }
    }

    /// Makes the file `name` what it was.
    func restore(_ name: FilePath) throws {
        for file in files where file.name == name { try folder.write(name, file.bytes) }
    }

    /// About `count` places in `bytes`, many of them near the beginning and the end.
    func places(in bytes: [UInt8], about count: Int) -> [Int] {
        let third = max(10, count / 3)
        var places = Set(stride(from: 0, to: bytes.count, by: max(1, bytes.count / third)))
        places.formUnion(bytes.indices.prefix(third))
        places.formUnion(bytes.indices.suffix(third))
        return places.sorted()
    }
}
