internal import Parallel
internal import SystemPackage
internal import TensorIO

/// An open manifest with the files beside it.
struct RawReader: TensorReader {
    private struct Place {
        let entry: RawManifest.Entry
        let file: MappedFile
        let packed: ZstdContents?
    }

    let tensors: [TensorDescriptor]
    let metadata: [String: String]
    let parts: [FilePath]
    private let places: [TensorName: Place]
    private let manifest: FilePath
    private let workers: Workers

    private static let chunkSize = 4 << 20

    init(manifest path: FilePath, workers: Workers) throws(FormatError) {
        self.workers = workers
        let manifest = try RawManifest(at: path)
        let folder = path.removingLastComponent()
        var files: [[UInt8]: MappedFile] = [:]
        var places: [TensorName: Place] = [:]
        for entry in manifest.entries {
            let key = Array(entry.file.utf8)
            let file: MappedFile
            if let known = files[key] { file = known } else { file = try MappedFile(folder.appending(entry.file)) }
            files[key] = file
            places[entry.tensor.name] = try RawReader.place(entry, file)
        }
        self.manifest = path
        self.places = places
        tensors = manifest.entries.map(\.tensor)
        metadata = manifest.metadata
        parts = [path] + files.keys.sorted { $0.lexicographicallyPrecedes($1) }.compactMap { files[$0]?.path }
    }

    /// Opens the one tensor of a file that has no manifest.
    init(_ entry: RawManifest.Entry, file: MappedFile) throws(FormatError) {
        manifest = file.path
        workers = Workers(count: 1)
        places = [entry.tensor.name: try RawReader.place(entry, file)]
        tensors = [entry.tensor]
        metadata = [:]
        parts = []
    }

    private static func place(_ entry: RawManifest.Entry, _ file: MappedFile) throws(FormatError) -> Place {
        do throws(FormatError) {
            guard entry.bytes.upperBound <= file.byteCount else {
                try file.refuseGitLFSPointer()
                throw FormatError(
                    .truncated,
                    "ends \(entry.bytes.upperBound - file.byteCount) bytes after the end of the file: it was cut "
                        + "short; "
                        + "copy it again", byteOffset: file.byteCount)
            }
            let packed =
                entry.isCompressed ? try ZstdContents(file, entry.bytes, byteCount: entry.tensor.byteCount) : nil
            return Place(entry: entry, file: file, packed: packed)
        } catch {
            throw error.about(entry.tensor.name, in: file.path)
        }
    }

    func readsAnywhere(_ tensor: TensorDescriptor) -> Bool {
        places[tensor.name].map { $0.packed == nil && !$0.entry.isBigEndian } ?? true
    }

    func unpacksOnThreads(_ tensor: TensorDescriptor) -> Bool {
        workers.count > 1 && places[tensor.name]?.packed?.isInFrames == true
    }

    func checksWhole(_ tensor: TensorDescriptor) -> Bool {
        places[tensor.name].map { $0.entry.hash != nil || $0.entry.sha256 != nil } ?? false
    }

    func read(
        _ tensor: TensorDescriptor, bytes range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        guard let place = places[tensor.name], place.entry.tensor == tensor else {
            throw .missingTensor(tensor.name, in: manifest)
        }
        precondition(range.lowerBound >= 0 && range.upperBound <= tensor.byteCount, "\(range) is outside of \(tensor)")
        do throws(FormatError) {
            // The hash is of the whole.
            var check = RawCheck(place.entry, isWhole: range == 0..<tensor.byteCount)
            try readInOrder(place, range, &check, body)
            try check.finish()
        } catch {
            throw error.about(tensor.name, in: place.file.path)
        }
    }

    private func readInOrder(
        _ place: Place, _ range: Range<Int>, _ check: inout RawCheck, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        let type = place.entry.tensor.elementType
        guard place.entry.isBigEndian, type.bitWidth > 8 else {
            return try readAsKept(place, range) { (bytes: RawSpan) throws(FormatError) in
                check.append(bytes)
                try body(bytes)
            }
        }
        let width = type.bitWidth / 8
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(range.upperBound, start + RawReader.chunkSize)
            let lower = start / width * width
            var chunk: [UInt8] = []
            try readAsKept(place, lower..<(end + width - 1) / width * width) { (bytes: RawSpan) throws(FormatError) in
                check.append(bytes)
                unsafe bytes.withUnsafeBytes { unsafe chunk.append(contentsOf: $0) }
            }
            type.reverseBytes(of: &chunk)
            try unsafe body(chunk.span.bytes.extracting(start - lower..<end - lower))
            start = end
        }
    }

    private func readAsKept(
        _ place: Place, _ range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        if let packed = place.packed { return try packed.read(range, on: workers, body) }
        let start = place.entry.bytes.lowerBound
        try place.file.lend(start + range.lowerBound..<start + range.upperBound, to: body)
    }
}

extension FormatError {
    /// The same error with tensor and file named, where they were not.
    fileprivate func about(_ tensor: TensorName, in path: FilePath) -> FormatError {
        var error = at(path)
        error.tensor = error.tensor ?? tensor
        return error
    }
}
