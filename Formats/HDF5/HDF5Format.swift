public import Parallel
public import SystemPackage
public import TensorIO

/// HDF5 files: each tensor is a dataset, found by its full name; groups are the parts of names between slashes.
///
/// Contents lie in the file as they are, or in chunks that are shuffled and compressed with gzip or zstd (filter 32015,
/// which is built in here). Text attributes of the root are metadata. No plug-in is loaded.
///
/// Datasets that hold no numbers are left out: `HDF5Reader.skipped` says which. What leads out of the file (external
/// links, external storage, virtual datasets) is refused, but for the tensors that are allowed by name.
public struct HDF5Format: TensorFormat {
    /// `hdf5`
    public let name = "hdf5"
    /// `h5` and `hdf5`
    public let fileExtensions = ["h5", "hdf5"]

    private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

    /// One file.
    public var traits: FormatTraits {
        FormatTraits(
            summary: "one HDF5 file, a dataset for each tensor",
            elementTypes: Set(ElementType.allCases.filter(HDF5ElementType.carries)), compressions: ["gzip", "zstd"])
    }

    /// The names of the tensors, or of the groups, that may be in other files.
    public var allowed: Set<TensorName>
    /// The threads that unpack chunks.
    public var workers: Workers

    /// Makes the format; what is named by `allowed` is read though it is in other files, and chunks are unpacked on
    /// `workers`, all cores by default.
    public init(allowing allowed: Set<TensorName> = [], workers: Workers = .allCores) {
        self.allowed = allowed
        self.workers = workers
    }

    /// Whether the signature is at the start of `prefix`, or where it may be after a block of the user's.
    public func recognizes(_ prefix: RawSpan) -> Bool {
        [0, 512, 1024, 2048].contains { start in
            start + 8 <= prefix.byteCount
                && (0..<8).allSatisfy { prefix.byte(at: start + $0) == HDF5Format.signature[$0] }
        }
    }

    /// Opens the file at `path`; the description of each dataset is checked.
    ///
    /// - Throws: `FormatError` where the file cannot be read or is not sound, with the byte where that is known.
    public func open(_ path: FilePath) throws(FormatError) -> any TensorReader {
        let file = try MappedFile(path)
        try file.refuseGitLFSPointer()
        do throws(FormatError) {
            guard file.withBytes({ recognizes($0.extracting(first: min(4096, file.byteCount))) }) else {
                throw FormatError(.unrecognized, "is no HDF5 file, or it was cut short at its start", byteOffset: 0)
            }
            return try HDF5Reader(file, allowing: allowed, workers: workers)
        } catch {
            throw error.at(path)
        }
    }

    /// Writes `tensors` in the order given.
    ///
    /// - Throws: `FormatError` where a tensor cannot be kept in this format, the destination exists, or writing fails;
    ///   nothing is left behind.
    public func write(
        _ tensors: [TensorDescriptor], metadata: [String: String], options: WriteOptions, to path: FilePath,
        contents: TensorContents
    ) throws(FormatError) {
        do throws(FormatError) {
            try tensors.refuseRepeatedNames()
            for tensor in tensors where !HDF5ElementType.carries(tensor.elementType) || !tensor.name.isUTF8 {
                throw FormatError(
                    .unsupported, "HDF5 has no elements of less than a byte, and no names that are not UTF-8",
                    tensor: tensor.name)
            }
            let writer = HDF5Writer(
                tensors: tensors, places: HDF5Names(tensors.map(\.name)).places, metadata: metadata,
                compression: options.compression, workers: options.workers,
                structure: (options.source as? HDF5Reader)?.structure)
            try StagedFile.place(path, options: options) { (temporary: FilePath) throws(FormatError) in
                try writer.write(to: temporary, contents: contents)
            }
        } catch {
            throw error.at(path)
        }
    }
}
