internal import Digests
internal import SystemPackage
internal import TensorIO

/// Compresses and writes small tensors, several at once, each to a file of its own; what the manifest says of them
/// comes in their order.
struct RawPacking {
    private struct Piece: Sendable {
        var tensor: TensorDescriptor?
        var file = ""
        var contents: [UInt8] = []
        var hash: UInt64 = 0
        /// The frame of the contents, and how many bytes of it there are.
        var frame: [UInt8] = []
        var byteCount = 0
        let zstd = Zstd()
    }

    private let folder: FilePath
    private let options: WriteOptions
    private let work: OrderedWork<Piece>

    /// Larger tensors are cut to frames, and these are what is compressed at once.
    static let largestByteCount = 4 << 20

    init(level: Int, in folder: FilePath, options: WriteOptions) {
        self.folder = folder
        self.options = options
        work = OrderedWork(
            on: options.workers,
            limit: OrderedWork<Piece>.limit(byteCount: 2 * RawPacking.largestByteCount, on: options.workers),
            making: { Piece() },
            work: { (piece: inout Piece) throws(FormatError) in
                var hash = XXHash64()
                unsafe hash.append(piece.contents.span.bytes)
                piece.hash = hash.value
                piece.byteCount = try piece.zstd.pack(piece.contents, level: level, into: &piece.frame)
            })
    }

    /// Takes in all of `tensor`, which is to be in the file called `file`.
    func add(
        _ tensor: TensorDescriptor, file: String, from contents: TensorContents, to manifest: inout RawManifest
    ) throws(FormatError) {
        try work.prepare { (piece: inout Piece) throws(FormatError) in
            piece.tensor = tensor
            piece.file = file
            piece.contents.removeAll(keepingCapacity: true)
        }
        try contents.send(tensor) { (bytes: RawSpan) throws(FormatError) in
            try work.prepare { (piece: inout Piece) throws(FormatError) in
                unsafe bytes.withUnsafeBytes { unsafe piece.contents.append(contentsOf: $0) }
            }
        }
        try work.submit { (piece: inout Piece) throws(FormatError) in try write(piece, to: &manifest) }
    }

    /// Writes what was taken in and is not written yet.
    func finish(_ manifest: inout RawManifest) throws(FormatError) {
        try work.finish { (piece: inout Piece) throws(FormatError) in try write(piece, to: &manifest) }
    }

    private func write(_ piece: Piece, to manifest: inout RawManifest) throws(FormatError) {
        guard let tensor = piece.tensor else { return }
        try StagedFile.write(folder.appending(piece.file), options: options) {
            (file: inout StagedFile) throws(FormatError) in
            try unsafe file.append(piece.frame.span.bytes.extracting(first: piece.byteCount))
        }
        manifest.entries.append(
            RawManifest.Entry(
                tensor: tensor, file: piece.file, bytes: 0..<piece.byteCount, isBigEndian: false, isCompressed: true,
                hash: piece.hash))
    }
}
