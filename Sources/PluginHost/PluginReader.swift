internal import SystemPackage
internal import TensorIO

/// A file that a plug-in opened.
struct PluginReader: TensorReader {
    let tensors: [TensorDescriptor]
    let metadata: [String: String]
    let parts: [FilePath]

    private let path: FilePath
    private let listing: PluginListing
    private let numbers: [TensorName: Int]
    private let file: PluginFile
    /// The files that hold contents as they are, by number of the part.
    private let files: [Int: MappedFile]

    /// Has the plug-in of `table` open what is at `path`.
    ///
    /// - Throws: `FormatError` where the plug-in refuses the file, lists what cannot be, or names a part that is not
    ///   there or too short.
    init(_ path: FilePath, _ table: PluginTable, _ settings: [PluginSetting]) throws(FormatError) {
        let file = try PluginFile(path, table, settings)
        let listing = try unsafe PluginListing(file.listing, of: table, at: path)
        var files: [Int: MappedFile] = [:]
        for (tensor, place) in zip(listing.tensors, listing.places) {
            guard case .file(let part, let offset) = place else { continue }
            if files[part] == nil { files[part] = try MappedFile(listing.parts.isEmpty ? path : listing.parts[part]) }
            guard let mapped = files[part] else { continue }
            guard offset <= mapped.byteCount, tensor.byteCount <= mapped.byteCount - offset else {
                throw FormatError(
                    .truncated,
                    "ends at byte \(offset + tensor.byteCount), but the file has \(mapped.byteCount) bytes: it was cut "
                        + "short; copy it again",
                    path: mapped.path, tensor: tensor.name)
            }
        }
        for part in listing.parts where !MappedFile.nameExists(part) {
            throw FormatError(
                .invalidHeader, "belongs to '\(path.lastComponent?.string ?? "")', but is not there", path: part)
        }
        tensors = listing.tensors
        metadata = listing.metadata
        parts = listing.parts
        numbers = Dictionary(uniqueKeysWithValues: listing.tensors.enumerated().map { ($1.name, $0) })
        self.path = path
        self.listing = listing
        self.file = file
        self.files = files
    }

    func readsAnywhere(_ tensor: TensorDescriptor) -> Bool {
        listing.sequential.isEmpty || numbers[tensor.name].map { !listing.sequential.contains($0) } ?? true
    }

    func storedType(of tensor: TensorDescriptor) -> String? {
        listing.storedTypes.isEmpty ? nil : numbers[tensor.name].flatMap { listing.storedTypes[$0] }
    }

    func read(
        _ tensor: TensorDescriptor, bytes range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        guard let number = numbers[tensor.name], tensors[number] == tensor else {
            throw .missingTensor(tensor.name, in: path)
        }
        precondition(range.lowerBound >= 0 && range.upperBound <= tensor.byteCount, "\(range) is outside of the tensor")
        guard !range.isEmpty else { return }
        do throws(FormatError) {
            if case .file(let part, let offset) = listing.places[number], let mapped = files[part] {
                try mapped.lend(offset + range.lowerBound..<offset + range.upperBound, to: body)
            } else {
                try file.read(number, of: tensors, bytes: range, body)
            }
        } catch {
            throw error.at(path)
        }
    }
}
