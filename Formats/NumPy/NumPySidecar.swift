internal import JSON
internal import SystemPackage
internal import TensorIO

/// What NumPy's files cannot say themselves, kept as JSON beside them: names that are no file names, element types that
/// NumPy does not have, metadata.
struct NumPySidecar {
    /// What is said of one file.
    struct Entry {
        var file: String
        var name: TensorName
        var elementType: ElementType
    }

    var entries: [Entry] = []
    var metadata: [String: String] = [:]

    /// The name of the sidecar of a folder, and of the member of an `.npz` file.
    static let fileName = "numpy.json"
    /// The largest sidecar.
    static let maximumByteCount = 1 << 28

    /// The sidecar of the single file at `path`.
    static func path(beside path: FilePath) -> FilePath {
        path.removingLastComponent().appending((path.lastComponent?.string ?? "") + ".json")
    }

    init() {}

    /// Reads the sidecar at `path`; an empty one where there is none.
    init(at path: FilePath) throws(FormatError) {
        guard MappedFile.nameExists(path) else {
            self.init()
            return
        }
        let file = try MappedFile(path)
        guard file.byteCount <= NumPySidecar.maximumByteCount else {
            throw FormatError(.invalidHeader, "has \(file.byteCount) bytes, more than any sidecar needs", path: path)
        }
        do throws(FormatError) {
            try self.init(json: file.withBytes { $0.copied })
        } catch {
            throw error.at(path)
        }
    }

    /// Reads the text of a sidecar.
    init(json: [UInt8]) throws(FormatError) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(json, limits: JSONLimits(depth: 8))
        } catch {
            throw FormatError(
                .invalidHeader, "is not the JSON of a sidecar: \(error.message)", byteOffset: error.byteOffset)
        }
        guard let tensors = document.root["tensors"], tensors.kind == .array else {
            throw FormatError(.invalidHeader, "is no sidecar: it has no list 'tensors'")
        }
        for tensor in tensors.elements {
            guard let file = tensor["file"]?.string, let name = tensor["name"]?.bytes,
                let type = tensor["dtype"]?.string.flatMap(ElementType.init(rawValue:))
            else {
                throw FormatError(
                    .invalidHeader, "has an entry that lacks one of file, name and a known dtype",
                    byteOffset: tensor.byteOffset)
            }
            entries.append(Entry(file: file, name: TensorName(name), elementType: type))
        }
        guard let pairs = document.root["metadata"] else { return }
        for (key, value) in pairs.members {
            let key = String(decoding: key, as: UTF8.self)
            guard let text = value.string, metadata.updateValue(text, forKey: key) == nil else {
                throw FormatError(
                    .invalidHeader, "has metadata '\(key)' that are no string, or twice but for normalisation",
                    byteOffset: value.byteOffset)
            }
        }
    }

    /// The text of the sidecar.
    func written() -> [UInt8] {
        let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        let tensors = entries.map { entry in
            JSONBuilder.object([
                .init("file", .text(entry.file)), .init("name", .string(entry.name.bytes)),
                .init("dtype", .text(entry.elementType.rawValue)),
            ])
        }
        let root = JSONBuilder.object([
            .init("metadata", .object(pairs.map { .init($0.key, .text($0.value)) })), .init("tensors", .array(tensors)),
        ])
        return root.written(indentation: 1) + [UInt8(ascii: "\n")]
    }
}
