internal import CHDF5
internal import SystemPackage
internal import TensorIO

/// An open HDF5 file. Contents that lie in it as they are, are lent from the mapped file; chunks are unpacked on all cores.
struct HDF5Reader: TensorReader {
    let tensors: [TensorDescriptor]
    let metadata: [String: String]
    private let mapped: MappedFile
    private let file: HDF5File
    private let datasets: [TensorName: HDF5Dataset]

    /// The deepest nesting of groups.
    static let maximumDepth = 64

    init(_ mapped: MappedFile) throws(FormatError) {
        self.mapped = mapped
        var file: HDF5File?
        var datasets: [HDF5Dataset] = []
        var metadata: [String: String] = [:]
        var failure: FormatError?
        // Two seconds, and more for files that may hold very many datasets.
        let seconds = UInt32(clamping: min(600, 2 + mapped.byteCount >> 24))
        try HDF5Library.locked { () throws(FormatError) in
            guard unsafe focus_h5_survives(mapped.path.string, seconds) != 0 else {
                throw FormatError(
                    .invalidHeader, "is damaged in a way that the HDF5 library cannot cope with: copy it again")
            }
            let id = unsafe H5Fopen(mapped.path.string, focus_h5_read_only(), focus_h5_default())
            guard id >= 0 else { throw HDF5Library.failure("open the file; it may be cut short or damaged") }
            // From here on the file closes itself, for which the lock must be free.
            file = HDF5File(id: id)
            do throws(FormatError) {
                datasets = try HDF5Walk(id, fileSize: mapped.byteCount).datasets
                let root = try HDF5Library.handle(
                    unsafe H5Gopen2(id, "/", focus_h5_default()), "open the root", H5Gclose)
                metadata = try HDF5Attributes.metadata(of: root.id)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        guard let file else { throw FormatError(.invalidHeader, "cannot be opened") }
        tensors = datasets.map(\.tensor)
        try tensors.refuseRepeatedNames()
        self.file = file
        self.metadata = metadata
        self.datasets = Dictionary(datasets.map { ($0.tensor.name, $0) }) { first, _ in first }
    }

    func readsAnywhere(_ tensor: TensorDescriptor) -> Bool {
        if case .plain = datasets[tensor.name]?.layout { return true }
        return false
    }

    func read(
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
                try mapped.lend(offset + range.lowerBound..<offset + range.upperBound, to: body)
            case .chunks(let shape, let filters):
                let chunks = HDF5Chunks(file: file, dataset: dataset, chunk: shape, filters: filters)
                if chunks.bandByteCount <= HDF5Chunks.largestBand {
                    try chunks.read(range, body)
                } else {
                    try HDF5Rows(file: file, dataset: dataset).read(range, body)
                }
            case .other:
                try HDF5Rows(file: file, dataset: dataset).read(range, body)
            }
        } catch {
            var error = error.at(mapped.path)
            error.tensor = error.tensor ?? tensor.name
            throw error
        }
    }
}
