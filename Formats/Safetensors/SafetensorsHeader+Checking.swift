internal import JSON
internal import TensorIO

extension SafetensorsHeader {
    /// The tensor that a member of the header describes.
    static func entry(_ name: TensorName, _ value: JSONValue) throws(FormatError) -> Entry {
        func invalid(_ message: String, _ place: JSONValue) -> FormatError {
            FormatError(
                .invalidHeader, message, tensor: name, byteOffset: place.byteOffset + lengthByteCount)
        }
        guard !name.bytes.contains(0) else { throw invalid("has a NUL character in its name", value) }
        guard value.kind == .object else {
            throw invalid("is described by something that is not a JSON object", value)
        }
        guard let type = value["dtype"], let shape = value["shape"], let offsets = value["data_offsets"] else {
            throw invalid("lacks one of dtype, shape and data_offsets", value)
        }
        guard let typeName = type.string else { throw invalid("has a dtype that is not a string", type) }
        guard let elementType = ElementType(rawValue: typeName) else {
            throw FormatError(
                .unsupported, "has dtype '\(typeName)', which is not one of the safetensors format", tensor: name,
                byteOffset: type.byteOffset + lengthByteCount)
        }
        guard let sizes = wholeNumbers(shape) else {
            throw invalid("has a shape that is not a list of whole numbers from 0 to 2^63-1", shape)
        }
        guard let bounds = wholeNumbers(offsets), bounds.count == 2 else {
            throw invalid("has data_offsets that are not two whole numbers from 0 to 2^63-1", offsets)
        }
        guard bounds[0] <= bounds[1] else {
            throw invalid("has data_offsets \(bounds[0]) and \(bounds[1]): it would end before it begins", offsets)
        }
        let tensor = try TensorDescriptor(name: name, elementType: elementType, shape: sizes)
        guard bounds[1] - bounds[0] == tensor.byteCount else {
            throw invalid(
                "has \(bounds[1] - bounds[0]) bytes by its data_offsets, but \(tensor.byteCount) by its dtype "
                    + "\(typeName) and shape \(sizes)", offsets)
        }
        return Entry(tensor: tensor, bytes: bounds[0]..<bounds[1])
    }

    private static func wholeNumbers(_ value: JSONValue) -> [Int]? {
        guard value.kind == .array else { return nil }
        var sizes: [Int] = []
        sizes.reserveCapacity(value.count)
        for element in value.elements {
            guard let size = element.integer, size >= 0 else { return nil }
            sizes.append(size)
        }
        return sizes
    }

    /// Orders the tensors by their bytes; empty ones come before the one that begins where they are.
    mutating func sortByPlace() {
        let order = entries.indices.sorted { a, b in
            let (first, second) = (entries[a].bytes, entries[b].bytes)
            return (first.lowerBound, first.upperBound, a) < (second.lowerBound, second.upperBound, b)
        }
        entries = order.map { entries[$0] }
    }

    /// Checks that the tensors, in order, cover `byteCount` bytes that begin at byte `start` of the file: no overlap,
    /// no hole, nothing missing and nothing left.
    func checkCoverage(of byteCount: Int, after start: Int) throws(FormatError) {
        var end = 0
        var previous: TensorName?
        for entry in entries {
            let begin = entry.bytes.lowerBound
            let before = previous.map { "tensor '\($0)'" } ?? "the header"
            guard begin >= end else {
                throw FormatError(
                    .invalidHeader, "overlaps \(before) by \(end - begin) bytes", tensor: entry.tensor.name,
                    byteOffset: start.addingCapped(begin))
            }
            guard begin == end else {
                throw FormatError(
                    .invalidHeader, "leaves a hole of \(begin - end) bytes after \(before)", tensor: entry.tensor.name,
                    byteOffset: start.addingCapped(end))
            }
            end = entry.bytes.upperBound
            if end > byteCount {
                throw FormatError(
                    .truncated,
                    "ends \(end - byteCount) bytes after the end of the file: it was cut short; copy it again",
                    tensor: entry.tensor.name, byteOffset: start + byteCount)
            }
            previous = entry.tensor.name
        }
        guard end == byteCount else {
            throw FormatError(
                .invalidHeader,
                "\(byteCount - end) bytes follow that belong to no tensor: the header and the contents are not of one "
                    + "file",
                byteOffset: start + end)
        }
    }
}

extension Int {
    /// The sum, or the largest number where it does not fit.
    fileprivate func addingCapped(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
