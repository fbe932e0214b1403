internal import JSON
internal import Parallel
public import SystemPackage
public import TensorIO
internal import ZipFiles

/// Models of Keras 3: `.keras` archives, which have an HDF5 file in them, and weights in shards
/// (`model_00000.weights.h5` and `model.weights.json`). Single `.weights.h5` files are HDF5. Read only.
///
/// Tensors are called by their paths, as `layers/dense/vars/0`, and bfloat16 is what Keras says it is. What an archive
/// says of itself and of its layers is metadata, up to 16 KiB each.
public struct KerasFormat: TensorFormat {
    /// `keras`
    public let name = "keras"
    /// `keras`
    public let fileExtensions = ["keras"]

    private let hdf5: HDF5Format

    private static let weights = Array("model.weights.h5".utf8)
    private static let description = Array("metadata.json".utf8)
    private static let configuration = Array("config.json".utf8)
    private static let largestDescription = 1 << 14

    /// It only reads.
    public var traits: FormatTraits {
        FormatTraits(
            summary: "models of Keras 3: .keras archives, weights in shards; read only", elementTypes: [],
            writes: false)
    }

    /// Makes the format; `hdf5` reads the files inside.
    public init(_ hdf5: HDF5Format = HDF5Format()) {
        self.hdf5 = hdf5
    }

    /// Whether `prefix` begins an archive of Keras, by the name of its first member, or the index of shards.
    public func recognizes(_ prefix: RawSpan) -> Bool {
        guard prefix.byteCount >= 30, prefix.littleEndian(UInt32.self, at: 0) == 0x0403_4B50 else {
            return KerasIndex.begins(prefix)
        }
        let end = 30 + Int(prefix.littleEndian(UInt16.self, at: 26))
        guard end <= prefix.byteCount else { return false }
        let name = prefix.extracting(30..<end).copied
        return name == KerasFormat.description || name == KerasFormat.weights || name == KerasFormat.configuration
    }

    /// Whether the folder at `folder` has weights in shards, with the one index that ties them together.
    public func recognizes(folder: FilePath) -> Bool {
        KerasIndex.found(in: folder) != nil
    }

    /// Opens the archive, the index or the folder at `path`.
    ///
    /// The HDF5 file of an archive is unpacked first, in the folder that `TMPDIR` names, where nothing is left of it.
    ///
    /// - Throws: `FormatError` where it cannot be read or is not sound.
    public func open(_ path: FilePath) throws(FormatError) -> any TensorReader {
        if let index = MappedFile.isFolder(path) ? KerasIndex.found(in: path) : nil {
            return try openShards(path.appending(index))
        }
        let prefix = try MappedFile(path).withBytes { bytes in bytes.extracting(first: min(4, bytes.byteCount)).copied }
        return try prefix.starts(with: "PK".utf8) ? openArchive(path) : openShards(path)
    }

    private func openArchive(_ path: FilePath) throws(FormatError) -> any TensorReader {
        let archive = try ZipArchive(path)
        func member(_ name: [UInt8]) -> ZipArchive.Member? { archive.members.last { $0.name == name } }
        guard let weights = member(KerasFormat.weights) else {
            throw FormatError(
                .unrecognized, "is an archive without 'model.weights.h5': Keras did not write it", path: path)
        }
        var metadata: [String: String] = [:]
        for (key, name) in [
            ("keras.metadata", KerasFormat.description), ("keras.config", KerasFormat.configuration),
        ] {
            guard let text = member(name), text.byteCount <= KerasFormat.largestDescription else { continue }
            var bytes = [UInt8](repeating: 0, count: text.byteCount)
            try archive.read(text, from: 0, into: &bytes)
            metadata[key] = String(validating: bytes, as: UTF8.self)
        }
        return try UnpackedFile.lend(weights, of: archive) { (file: FilePath) throws(FormatError) in
            do throws(FormatError) {
                let inner = try hdf5.open(file)
                return KerasReader(
                    [inner], metadata: metadata.merging(inner.metadata) { own, _ in own }, parts: [],
                    archive: (path, file))
            } catch {
                throw FormatError(
                    error.code, "in 'model.weights.h5': \(error.message)", path: path, tensor: error.tensor,
                    byteOffset: error.byteOffset)
            }
        }
    }

    private func openShards(_ path: FilePath) throws(FormatError) -> any TensorReader {
        let index = try KerasIndex(of: path)
        let folder = path.removingLastComponent()
        var readers: [any TensorReader] = []
        var metadata: [String: String] = [:]
        for name in index.files {
            let reader = try hdf5.open(folder.appending(name))
            for tensor in reader.tensors { try index.check(tensor.name, isIn: name) }
            metadata.merge(reader.metadata) { first, _ in first }
            readers.append(reader)
        }
        do throws(FormatError) {
            try readers.flatMap(\.tensors).refuseRepeatedNames()
        } catch {
            throw error.at(path)
        }
        let parts = [path] + index.files.map { folder.appending($0) }
        return KerasReader(readers, metadata: metadata, parts: parts, archive: nil)
    }

    /// Is not done.
    ///
    /// - Throws: `FormatError`.
    public func write(
        _ tensors: [TensorDescriptor], metadata: [String: String], options: WriteOptions, to path: FilePath,
        contents: TensorContents
    ) throws(FormatError) {
        throw FormatError(
            .unsupported, "archives of Keras are only read: write hdf5, which load_weights takes", path: path)
    }
}
