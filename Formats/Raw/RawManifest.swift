internal import JSON
internal import SystemPackage
internal import TensorIO

/// What `tensors.json` says: which tensor is where, and how it is kept.
struct RawManifest {
    /// A tensor and its place.
    struct Entry {
        let tensor: TensorDescriptor
        /// The name of a file beside the manifest.
        let file: String
        /// The bytes in that file.
        let bytes: Range<Int>
        let isBigEndian: Bool
        let isCompressed: Bool
        /// XXH64 of the contents as they are kept, but not compressed; nil where the manifest does not say.
        let hash: UInt64?
        /// The same in lower-case hexadecimal digits, by SHA-256.
        var sha256: String?
    }

    var entries: [Entry] = []
    var metadata: [String: String] = [:]

    static let fileName = "tensors.json"
    /// What a manifest begins with.
    static let mark = "raw-tensors"
    private static let maximumByteCount = 1 << 30

    init() {}

    /// Reads the manifest at `path`.
    init(at path: FilePath) throws(FormatError) {
        let file = try MappedFile(path)
        try file.refuseGitLFSPointer()
        do throws(FormatError) {
            guard file.byteCount <= RawManifest.maximumByteCount else {
                throw FormatError(.invalidHeader, "has \(file.byteCount) bytes, more than any manifest needs")
            }
            let document: JSONDocument
            do throws(JSONError) {
                document = try JSONDocument(file.withBytes { $0.copied }, limits: JSONLimits(depth: 8))
            } catch {
                throw FormatError(
                    .invalidHeader, "is not the JSON of a manifest: \(error.message)", byteOffset: error.byteOffset)
            }
            try self.init(document.root)
        } catch {
            throw error.at(path)
        }
    }

    private init(_ root: JSONValue) throws(FormatError) {
        guard let tensors = root["tensors"], tensors.kind == .array else {
            throw FormatError(.unrecognized, "is no manifest of raw tensors: it has no list 'tensors'")
        }
        for tensor in tensors.elements { entries.append(try RawManifest.entry(tensor)) }
        try entries.map(\.tensor).refuseRepeatedNames()
        guard let pairs = root["metadata"] else { return }
        for (key, value) in pairs.members {
            let key = String(decoding: key, as: UTF8.self)
            guard let text = value.string, metadata.updateValue(text, forKey: key) == nil else {
                throw FormatError(
                    .invalidHeader, "has metadata '\(key)' that are no string, or twice but for normalisation",
                    byteOffset: value.byteOffset)
            }
        }
    }

    private static func entry(_ value: JSONValue) throws(FormatError) -> Entry {
        guard let name = value["name"]?.bytes.map({ TensorName($0) }) else {
            throw FormatError(.invalidHeader, "has an entry without a name", byteOffset: value.byteOffset)
        }
        func invalid(_ message: String) -> FormatError {
            FormatError(.invalidHeader, message, tensor: name, byteOffset: value.byteOffset)
        }
        guard let type = value["dtype"]?.string.flatMap(ElementType.init(rawValue:)) else {
            throw invalid("has no dtype, or one that is not known")
        }
        let shape = value["shape"]?.elements.map { $0.integer ?? -1 } ?? [-1]
        guard value["shape"]?.kind == .array, shape.allSatisfy({ $0 >= 0 }) else {
            throw invalid("has no shape, or one that is not a list of whole numbers")
        }
        guard let file = value["file"]?.string, isPlainFileName(file) else {
            throw invalid("is said to be in a file that is not beside the manifest")
        }
        let tensor = try TensorDescriptor(name: name, elementType: type, shape: shape)
        let order = value["byte_order"].map { $0.string ?? "" } ?? "little"
        let compression = value["compression"].map { $0.string ?? "" } ?? "none"
        guard order == "little" || order == "big" else { throw invalid("has byte_order '\(order)', not little or big") }
        guard compression == "none" || compression == "zstd" else {
            throw invalid("has compression '\(compression)', not none or zstd")
        }
        guard let offset = value["offset"].map({ $0.integer ?? -1 }) ?? 0 as Int?, offset >= 0,
            let count = value["byte_count"].map({ $0.integer ?? -1 }) ?? tensor.byteCount as Int?, count >= 0,
            case let (end, overflow) = offset.addingReportingOverflow(count), !overflow
        else { throw invalid("has an offset or a byte_count that cannot be") }
        guard compression == "zstd" || count == tensor.byteCount else {
            throw invalid("has \(count) bytes, but its dtype and shape need \(tensor.byteCount)")
        }
        let hash = try value["xxh64"].map { (text: JSONValue) throws(FormatError) in
            guard let hash = text.string.flatMap({ UInt64($0, radix: 16) }) else {
                throw invalid("has an xxh64 that is not a hexadecimal number")
            }
            return hash
        }
        let sha256 = try value["sha256"].map { (text: JSONValue) throws(FormatError) in
            guard let digits = text.string, digits.utf8.count == 64, digits.utf8.allSatisfy(isHexadecimal) else {
                throw invalid("has a sha256 that is not 64 hexadecimal digits")
            }
            return digits.lowercased()
        }
        return Entry(
            tensor: tensor, file: file, bytes: offset..<end, isBigEndian: order == "big",
            isCompressed: compression == "zstd", hash: hash, sha256: sha256)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }

    private static func isPlainFileName(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
    }

    /// The text of the manifest.
    func written() -> [UInt8] {
        let tensors = entries.map { entry in
            var members: [JSONBuilder.Member] = [
                .init("name", .string(entry.tensor.name.bytes)),
                .init("dtype", .text(entry.tensor.elementType.rawValue)),
                .init("shape", .array(entry.tensor.shape.map { .integer($0) })), .init("file", .text(entry.file)),
                .init("offset", .integer(entry.bytes.lowerBound)), .init("byte_count", .integer(entry.bytes.count)),
                .init("byte_order", .text(entry.isBigEndian ? "big" : "little")),
                .init("compression", .text(entry.isCompressed ? "zstd" : "none")),
            ]
            if let hash = entry.hash {
                let digits = String(hash, radix: 16)
                members.append(
                    .init("xxh64", .text(String(repeating: "0", count: 16 - digits.utf8.count) + digits)))
            }
            return JSONBuilder.object(members)
        }
        let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        let root = JSONBuilder.object([
            .init("format", .text(RawManifest.mark)),
            .init("metadata", .object(pairs.map { .init($0.key, .text($0.value)) })), .init("tensors", .array(tensors)),
        ])
        return root.written(indentation: 1) + [UInt8(ascii: "\n")]
    }
}
