internal import CHDF5
internal import Parallel
public import TensorIO

/// An open HDF5 file. Contents that lie in it as they are, are lent from the mapped file; chunks are unpacked on
/// several threads.
public struct HDF5Reader: TensorReader {
    /// The datasets of numbers. Their names are the paths to them.
    ///
    /// The order is that in which they were made, where the file keeps it; that of Keras' lists `layer_names` and
    /// `weight_names`, where it has them; else that of the names.
    public let tensors: [TensorDescriptor]
    /// The attributes of the root that are texts or single numbers.
    public let metadata: [String: String]
    /// The datasets that are no tensors, and why: texts, records, references, numbers that no element type is for.
    public let skipped: [FormatError]
    private let mapped: MappedFile
    /// What the file has beside the tensors.
    let structure: HDF5Structure
    private let datasets: [TensorName: HDF5Dataset]
    private let workers: Workers

    /// The deepest nesting of groups.
    static let maximumDepth = 64

    init(_ mapped: MappedFile, allowing allowed: Set<TensorName>, workers: Workers) throws(FormatError) {
        self.mapped = mapped
        self.workers = workers
        let (datasets, passed, structure) = try HDF5Library.locked { () throws(FormatError) in
            let source = try HDF5OpenFile(mapped)
            var walk = HDF5Walk(source, allowing: allowed)
            try walk.run()
            let root = try HDF5Library.handle(
                unsafe H5Gopen2(source.file.id, "/", focus_h5_default()), "open the root", H5Gclose)
            let structure = HDF5Structure(
                source, groups: walk.groupPaths, datasets: walk.datasets,
                metadata: try HDF5Attributes.metadata(of: root.id))
            return (walk.datasets, walk.skipped, structure)
        }
        skipped = passed.map { $0.at(mapped.path) }
        // A file of nothing but texts is no file of tensors.
        if datasets.isEmpty, let first = skipped.first { throw first }
        tensors = datasets.map(\.tensor)
        try tensors.refuseRepeatedNames()
        self.structure = structure
        metadata = structure.metadata
        self.datasets = Dictionary(datasets.map { ($0.tensor.name, $0) }) { first, _ in first }
    }

    /// The groups, and the attributes of groups and datasets.
    ///
    /// - Throws: `FormatError` where the attributes cannot be read.
    public func details() throws(FormatError) -> [String: String] {
        try structure.details()
    }

    /// What was skipped.
    public var notes: [String] {
        skipped.map { "\($0); it is left out" }
    }

    /// Whether the contents of `tensor` lie in the file as they are.
    public func readsAnywhere(_ tensor: TensorDescriptor) -> Bool {
        if case .plain = datasets[tensor.name]?.layout { return true }
        return false
    }

    /// Whether the contents of `tensor` are chunks that are unpacked here.
    public func unpacksOnThreads(_ tensor: TensorDescriptor) -> Bool {
        if case .chunks = datasets[tensor.name]?.layout { return workers.count > 1 }
        return false
    }

    /// Lends bytes of a tensor, as `TensorReader` says.
    ///
    /// - Throws: `FormatError` where there is no such tensor or its contents cannot be read, and whatever `body`
    ///   throws.
    public func read(
        _ tensor: TensorDescriptor, bytes range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        guard let dataset = datasets[tensor.name], dataset.tensor == tensor else {
            throw .missingTensor(tensor.name, in: mapped.path)
        }
        precondition(range.lowerBound >= 0 && range.upperBound <= tensor.byteCount, "\(range) is outside of \(tensor)")
        guard !range.isEmpty else { return }
        do throws(FormatError) {
            switch dataset.layout {
            case .plain(let offset):
                try dataset.source.mapped.lend(offset + range.lowerBound..<offset + range.upperBound, to: body)
            case .chunks(let shape, let filters):
                let chunks = HDF5Chunks(dataset, chunk: shape, filters: filters, workers: workers)
                if chunks.grid.bandByteCount <= HDF5Chunks.largestBand {
                    try chunks.read(range, body)
                } else {
                    try HDF5LibraryReads(dataset: dataset, bufferSize: 64 << 20).read(range, body)
                }
            case .elsewhere(let segments):
                try segments.lend(
                    range, of: tensor.elementType, isLittleEndian: dataset.isLittleEndian, body)
            case .other:
                try HDF5LibraryReads(dataset: dataset).read(range, body)
            }
        } catch {
            var error = error.at(mapped.path)
            error.tensor = error.tensor ?? tensor.name
            throw error
        }
    }
}
