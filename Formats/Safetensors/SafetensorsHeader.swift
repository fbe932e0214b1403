internal import JSON
internal import TensorIO

/// The header of a safetensors file, checked: its tensors cover the bytes after it exactly, in the order of `entries`.
struct SafetensorsHeader {
    /// A tensor and where its bytes are, counted from the end of the header.
    struct Entry {
        let tensor: TensorDescriptor
        let bytes: Range<Int>
    }

    /// The tensors by their place in the file.
    var entries: [Entry] = []
    /// What `__metadata__` says.
    var metadata: [String: String] = [:]

    /// The member of the header that is no tensor.
    static let metadataName = TensorName("__metadata__")
    /// The length of the header's length.
    static let lengthByteCount = 8

    /// Reads the header at the start of `file` and checks it against itself and against the size of the file.
    init(of file: RawSpan, limits: SafetensorsLimits) throws(FormatError) {
        let json = try SafetensorsHeader.json(of: file, limits: limits)
        let start = SafetensorsHeader.lengthByteCount + json.count
        let document: JSONDocument
        do throws(JSONError) {
            // Each tensor takes 11 values; the rest is room for metadata.
            let nodes = min(json.count, limits.tensorCount.multipliedCapped(by: 128) + (1 << 20))
            document = try JSONDocument(json, limits: JSONLimits(depth: 8, nodes: nodes))
        } catch {
            throw FormatError(
                .invalidHeader, "its header is not the JSON that safetensors writes: \(error.message)",
                byteOffset: error.byteOffset + SafetensorsHeader.lengthByteCount)
        }
        guard document.root.kind == .object else {
            throw FormatError(.invalidHeader, "its header is not a JSON object", byteOffset: 8)
        }
        for member in document.root.members {
            let name = TensorName(member.key)
            if name == SafetensorsHeader.metadataName {
                metadata = try SafetensorsHeader.metadata(member.value)
            } else {
                guard entries.count < limits.tensorCount else {
                    throw FormatError(
                        .invalidHeader, "has more than \(limits.tensorCount) tensors; raise the limit if it is meant so"
                    )
                }
                entries.append(try SafetensorsHeader.entry(name, member.value))
            }
        }
        sortByPlace()
        try checkCoverage(of: file.byteCount - start, after: start)
    }

    /// The JSON text of the header, after checks of its length.
    private static func json(of file: RawSpan, limits: SafetensorsLimits) throws(FormatError) -> [UInt8] {
        guard file.byteCount > 0 else {
            throw FormatError(.truncated, "is empty: it was cut short; copy it again", byteOffset: 0)
        }
        guard file.byteCount >= lengthByteCount else {
            throw FormatError(
                .truncated, "has \(file.byteCount) bytes, fewer than the 8 that a safetensors file begins with",
                byteOffset: file.byteCount)
        }
        let claimed = file.littleEndian(UInt64.self, at: 0)
        guard claimed <= UInt64(limits.headerByteCount), let count = Int(exactly: claimed) else {
            throw FormatError(
                .invalidHeader,
                "its header would have \(claimed) bytes, more than the limit of \(limits.headerByteCount): "
                    + "it is not a safetensors file, or damaged", byteOffset: 0)
        }
        let available = file.byteCount - lengthByteCount
        guard count <= available else {
            throw FormatError(
                .truncated,
                "its header has \(count) bytes, but the file ends \(count - available) bytes before the header does: "
                    + "it was cut short; copy it again", byteOffset: file.byteCount)
        }
        guard count >= 2, file.byte(at: lengthByteCount) == UInt8(ascii: "{") else {
            throw FormatError(
                .invalidHeader, "its header does not begin with '{': it is not a safetensors file",
                byteOffset: lengthByteCount)
        }
        return file.extracting(lengthByteCount..<lengthByteCount + count).copied
    }

    private static func metadata(_ value: JSONValue) throws(FormatError) -> [String: String] {
        func invalid(_ message: String, _ value: JSONValue) -> FormatError {
            FormatError(.invalidHeader, "its __metadata__ \(message)", byteOffset: value.byteOffset + lengthByteCount)
        }
        guard value.kind == .object else { throw invalid("is not a JSON object of strings", value) }
        var metadata: [String: String] = [:]
        for (key, value) in value.members {
            let key = String(decoding: key, as: UTF8.self)
            guard let text = value.string else {
                throw invalid("holds something that is not a string under '\(key)'", value)
            }
            guard metadata.updateValue(text, forKey: key) == nil else {
                throw invalid("has two keys '\(key)' that differ only in Unicode normalisation", value)
            }
        }
        return metadata
    }
}

extension Int {
    /// The product, or the largest number where it does not fit.
    fileprivate func multipliedCapped(by factor: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? .max >> 1 : Swift.min(product, .max >> 1)
    }
}
