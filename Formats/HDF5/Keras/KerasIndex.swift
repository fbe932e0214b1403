internal import Files
internal import JSON
internal import SystemPackage
internal import TensorIO

/// The index of Keras' shards: which files have the variables of a layer.
struct KerasIndex {
    /// The files, in the order of their names.
    let files: [String]
    /// The files of each group, '/layers/dense/vars' for example.
    private var groups: [String: Set<String>] = [:]
    private let path: FilePath

    private static let ending = ".weights.json"
    private static let fileEnding = ".weights.h5"
    private static let largestByteCount = 1 << 28
    private static let largestFileCount = 1 << 14

    /// Whether `prefix` is the beginning of such an index.
    static func begins(_ prefix: RawSpan) -> Bool {
        let bytes = prefix.copied
        func has(_ text: String) -> Bool {
            bytes.indices.contains { bytes[$0...].starts(with: text.utf8) }
        }
        return bytes.first { ![0x20, 0x0A, 0x0D, 0x09].contains($0) } == UInt8(ascii: "{") && has("\"weight_map\"")
            && has("\(fileEnding)\"")
    }

    /// The name of the only index in `folder`; nil where there is none, or more than one.
    static func found(in folder: FilePath) -> String? {
        let names = ((try? FolderNames.list(folder)) ?? []).filter { $0.hasSuffix(ending) }
        return names.count == 1 ? names[0] : nil
    }

    /// Reads the index at `path`.
    ///
    /// - Throws: `FormatError` where it is none, or names files that are not beside it.
    init(of path: FilePath) throws(FormatError) {
        self.path = path
        let file = try MappedFile(path)
        guard file.byteCount <= KerasIndex.largestByteCount else {
            throw FormatError(
                .invalidHeader, "has \(file.byteCount) bytes, more than any index needs", path: path)
        }
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(file.withBytes { $0.copied }, limits: JSONLimits(depth: 16))
        } catch {
            throw FormatError(
                .invalidHeader, "is not the JSON of an index of Keras: \(error.message)", path: path,
                byteOffset: error.byteOffset)
        }
        guard let map = document.root["weight_map"], map.kind == .object, map.members.contains(where: { _ in true })
        else {
            throw FormatError(
                .invalidHeader, "is no index of Keras' shards: it has no object 'weight_map' with files", path: path)
        }
        var found: Set<String> = []
        for (key, value) in map.members {
            for entry in value.kind == .array ? Array(value.elements) : [value] {
                guard let name = entry.string, KerasIndex.isPlain(name) else {
                    throw FormatError(
                        .invalidHeader,
                        "names a file that is not beside it, or none; only plain file names are followed", path: path,
                        byteOffset: entry.byteOffset)
                }
                found.insert(name)
                groups[String(decoding: key, as: UTF8.self), default: []].insert(name)
            }
        }
        guard found.count <= KerasIndex.largestFileCount else {
            throw FormatError(.unsupported, "names \(found.count) files, more than any model has", path: path)
        }
        files = found.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }

    private static func isPlain(_ name: String) -> Bool {
        name.hasSuffix(fileEnding) && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
    }

    /// Throws where the index does not say that `file` has variables of the group of `tensor`.
    func check(_ tensor: TensorName, isIn file: String) throws(FormatError) {
        let text = tensor.description
        let group = "/" + text.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        guard groups[group]?.contains(file) == true else {
            throw FormatError(
                .invalidHeader,
                "is in '\(file)', but the index says otherwise: parts of two models were mixed; copy "
                    + "all files again", path: path, tensor: tensor)
        }
    }
}
