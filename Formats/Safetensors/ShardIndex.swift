internal import JSON
internal import SystemPackage
internal import TensorIO

/// The index of a sharded checkpoint (`model.safetensors.index.json`): which file holds which tensor.
struct ShardIndex {
    /// The name of the file of each tensor.
    var files: [TensorName: String] = [:]
    /// The size in bytes of all tensors, as the index says.
    var totalSize: Int?
    /// The whole index, where it was read.
    private var document: JSONDocument?
    /// Whether `files` is no longer what was read.
    private var isChanged = false

    /// The ending of the name of an index.
    static let ending = ".safetensors.index.json"

    /// Whether a file called `name` is an index.
    static func isName(_ name: String) -> Bool {
        name.utf8.count > ending.utf8.count && name.hasSuffix(ending)
    }

    /// Whether `prefix` is the beginning of a JSON object that has a `weight_map`, and not one of files of other
    /// formats.
    static func begins(_ prefix: RawSpan) -> Bool {
        let bytes = prefix.copied
        guard bytes.first(where: { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }) == UInt8(ascii: "{") else {
            return false
        }
        func has(_ text: String) -> Bool {
            bytes.indices.contains { bytes[$0...].starts(with: text.utf8) }
        }
        return has("\"weight_map\"") && ![".bin", ".msgpack", ".weights.h5"].contains { has("\($0)\"") }
    }

    /// The largest index; one of a million tensors has about 100 MB.
    private static let maximumByteCount = 1 << 30

    init() {}

    /// Reads the index at `path` and checks that the files it names are beside it.
    init(of path: FilePath) throws(FormatError) {
        let file = try MappedFile(path)
        try file.refuseGitLFSPointer()
        do throws(FormatError) {
            guard file.byteCount <= ShardIndex.maximumByteCount else {
                throw FormatError(.invalidHeader, "has \(file.byteCount) bytes, more than any index of tensors needs")
            }
            try self.init(json: file.withBytes { $0.copied })
        } catch {
            throw error.at(path)
        }
    }

    private init(json: [UInt8]) throws(FormatError) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(json, limits: JSONLimits(depth: 16))
        } catch {
            throw FormatError(
                .invalidHeader, "is not the JSON of an index of shards: \(error.message)", byteOffset: error.byteOffset)
        }
        guard let map = document.root["weight_map"], map.kind == .object else {
            throw FormatError(.invalidHeader, "is no index of shards: it has no object 'weight_map'")
        }
        for (key, value) in map.members {
            let name = TensorName(key)
            guard let file = value.string, ShardIndex.isPlainFileName(file) else {
                throw FormatError(
                    .invalidHeader,
                    "is said to be in a file that is not beside the index; only plain file names are followed",
                    tensor: name, byteOffset: value.byteOffset)
            }
            files[name] = file
        }
        self.document = document
        let metadata = document.root["metadata"]
        // Some programs write the size as a float.
        totalSize = metadata?["total_size"].flatMap { $0.integer ?? $0.double.flatMap { Int(exactly: $0) } }
    }

    /// Whether `name` stays in the folder of the index.
    static func isPlainFileName(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
    }

    /// The index that was read with other totals; order, and what else it says, stays.
    func rewritten(byteCount: Int, elementCount: Int) -> [UInt8] {
        guard let document else { return written() }
        var root = JSONBuilder(document.root)
        // Some indices say `null`, and transformers takes nothing but an object.
        var metadata = root["metadata"] ?? .null
        if case .object = metadata {} else { metadata = .object([]) }
        metadata["total_size"] = .integer(byteCount)
        if metadata["total_parameters"] != nil { metadata["total_parameters"] = .integer(elementCount) }
        root["metadata"] = metadata
        if isChanged { root["weight_map"] = mended(root["weight_map"]) }
        return root.written(indentation: 2) + [UInt8(ascii: "\n")]
    }

    /// Takes `files`, what the shards hold, for what the index should have said.
    mutating func follow(_ files: [TensorName: String]) {
        guard files != self.files else { return }
        self.files = files
        isChanged = true
    }

    /// `map` with the files that tensors are in: in the old order, then what the index did not know.
    private func mended(_ map: JSONBuilder?) -> JSONBuilder {
        var rest = files
        var members: [JSONBuilder.Member] = []
        if case .object(let old)? = map {
            for member in old {
                guard let file = rest.removeValue(forKey: TensorName(member.key)) else { continue }
                members.append(.init(key: member.key, .text(file)))
            }
        }
        for (name, file) in rest.sorted(by: { $0.key < $1.key }) {
            members.append(.init(key: name.bytes, .text(file)))
        }
        return .object(members)
    }

    /// The text of the index, as Python's `json.dumps` with sorted keys writes it.
    func written() -> [UInt8] {
        let map = files.sorted { $0.key < $1.key }.map { name, file in
            JSONBuilder.Member(key: name.bytes, .text(file))
        }
        let index = JSONBuilder.object([
            .init("metadata", .object([.init("total_size", .integer(totalSize ?? 0))])),
            .init("weight_map", .object(map)),
        ])
        return index.written(indentation: 2) + [UInt8(ascii: "\n")]
    }
}
