internal import SystemPackage
internal import TensorIO

/// An open folder of `.npy` files.
struct NumPyFolderReader: TensorReader {
    let tensors: [TensorDescriptor]
    let metadata: [String: String]
    let parts: [FilePath]
    /// The arrays that are no tensors, such as text, and why.
    private let skipped: [FormatError]
    private let readers: [TensorName: NPYReader]
    private let folder: FilePath

    /// So many files may stay mapped; more are mapped when they are read.
    private static let mostMapped = 4096

    init(_ folder: FilePath) throws(FormatError) {
        self.folder = folder
        guard MappedFile.isFolder(folder) else {
            throw FormatError(
                .unrecognized, MappedFile.nameExists(folder) ? "is no folder of .npy files" : "there is no such folder",
                path: folder)
        }
        let place = folder.appending(NumPySidecar.fileName)
        let sidecar = try NumPySidecar(at: place)
        let arrays = StagedFolder.entries(of: folder).filter(NumPyFolder.isArray)
        guard !arrays.isEmpty || MappedFile.nameExists(place) else {
            throw FormatError(.unrecognized, "has no .npy file in it", path: folder)
        }
        var tensors: [TensorDescriptor] = []
        var readers: [TensorName: NPYReader] = [:]
        var skipped: [FormatError] = []
        func add(_ reader: NPYReader, _ file: FilePath) throws(FormatError) {
            guard readers.updateValue(reader, forKey: reader.tensors[0].name) == nil else {
                throw FormatError(
                    .invalidHeader, "is in two files of the folder", path: file, tensor: reader.tensors[0].name)
            }
            tensors.append(reader.tensors[0])
        }
        let staysMapped = arrays.count <= NumPyFolderReader.mostMapped
        let present = Set(arrays.map { Array($0.utf8) })
        var listed: Set<[UInt8]> = []
        for entry in sidecar.entries {
            // Files are found among those that are there: a sidecar cannot lead anywhere else.
            guard present.contains(Array(entry.file.utf8)) else {
                throw FormatError(
                    .missingTensor, "should be in the file '\(entry.file)', which is not in the folder", path: place,
                    tensor: entry.name)
            }
            listed.insert(Array(entry.file.utf8))
            let file = folder.appending(entry.file)
            try add(try NPYReader(file, name: entry.name, declared: entry.elementType, staysMapped: staysMapped), file)
        }
        for array in arrays where !listed.contains(Array(array.utf8)) {
            let file = folder.appending(array)
            let name = TensorName(Array(array.utf8.dropLast(4)))
            do throws(FormatError) {
                try add(try NPYReader(file, name: name, staysMapped: staysMapped), file)
            } catch {
                guard error.code == .unsupported else { throw error }
                skipped.append(error)
            }
        }
        if tensors.isEmpty, let first = skipped.first { throw first }
        self.skipped = skipped
        self.tensors = tensors
        self.readers = readers
        metadata = sidecar.metadata
        parts = arrays.map(folder.appending) + (MappedFile.nameExists(place) ? [place] : [])
    }

    /// What was skipped.
    var notes: [String] {
        skipped.map { "\($0); it is left out" }
    }

    func readsAnywhere(_ tensor: TensorDescriptor) -> Bool {
        readers[tensor.name]?.readsAnywhere(tensor) ?? true
    }

    func read(
        _ tensor: TensorDescriptor, bytes range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        guard let reader = readers[tensor.name] else { throw .missingTensor(tensor.name, in: folder) }
        try reader.read(tensor, bytes: range, body)
    }
}
