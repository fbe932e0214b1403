internal import Checkpoints
internal import Replacement
internal import TensorIO

/// Which tokens of its model a draft head has rows for, read from its tensors.
struct DraftMap: Sendable {
    /// The tensors.
    let names: DraftNames
    /// For each row of the head the model's id.
    let ids: [Int]

    /// Reads the maps `names` of `checkpoint`.
    ///
    /// - Parameter rows: how many rows the model's tables may have.
    /// - Throws: `FocusError` that names the tensor where it holds no ids of such rows, or where two say different
    ///   things; `FormatError` where one cannot be read.
    init(_ names: DraftNames, of checkpoint: Checkpoint, rows: Set<Int>) throws {
        self.names = names
        let path = checkpoint.singleFile ?? checkpoint.folder
        let limit = rows.max() ?? 0
        // Sizes before contents: a file may say anything.
        guard names.size <= limit else {
            throw FocusError(
                "\(names.maps) list \(names.size) tokens of a draft, and its model has \(limit)", path: path)
        }
        if let flags = names.flags, !rows.contains(flags.shape[0]) {
            throw FocusError(
                "'\(flags)' has a flag for each of \(flags.shape[0]) ids, and the model's tables have "
                    + "\(rows.sorted().map(String.init).joined(separator: " or ")) rows: it is the draft of another "
                    + "model", path: path)
        }
        func numbers(_ tensor: TensorDescriptor) throws -> [Int] {
            guard let place = checkpoint.tensors.first(where: { $0.tensor.name == tensor.name }),
                let numbers = try DraftMap.numbers(tensor, in: place.file.reader)
            else {
                throw FocusError(
                    "'\(tensor)' says which ids of the vocabulary a draft's are, and holds "
                        + "\(tensor.elementType.rawValue), where whole numbers of 32 or 64 bits and flags of one byte "
                        + "are known", path: path)
            }
            return numbers
        }
        let list = try (names.offsets ?? names.tokens).map { (tensor: $0, numbers: try numbers($0)) }
        var ids: [Int] = []
        for (row, number) in (list?.numbers ?? []).enumerated() {
            let (id, overflows) = number.addingReportingOverflow(names.offsets == nil ? 0 : row)
            guard !overflows, (0..<limit).contains(id) else {
                throw FocusError(
                    "'\(list?.tensor.name.description ?? "")' holds \(number) for the draft's token \(row), which is "
                        + "none of the \(limit) ids of its model", path: path)
            }
            ids.append(id)
        }
        self.ids = ids
        guard let flags = names.flags else { return }
        let flagged = Set(try numbers(flags).enumerated().filter { $0.element != 0 }.map(\.offset))
        guard flagged == Set(ids) else {
            throw FocusError(
                "\(names.maps) say different things: which ids of the vocabulary the draft's are is not clear",
                path: path)
        }
    }

    /// The whole numbers that `tensor` holds; nil where its elements are not of a type that such maps have.
    private static func numbers(
        _ tensor: TensorDescriptor, in reader: any TensorReader
    ) throws(FormatError) -> [Int]? {
        let width = tensor.elementType.bitWidth / 8
        guard [.i64, .i32, .u8, .bool].contains(tensor.elementType) else { return nil }
        var bytes: [UInt8] = []
        try reader.read(tensor) { (span: RawSpan) throws(FormatError) in bytes += span.copied }
        return stride(from: 0, to: bytes.count - bytes.count % width, by: width).map { start in
            let bits = bytes[start..<start + width].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return tensor.elementType == .i32 ? Int(Int32(truncatingIfNeeded: bits)) : Int(truncatingIfNeeded: bits)
        }
    }

    /// `numbers` as the elements of a tensor of `type`, which is one that is read.
    static func bytes(of numbers: some Sequence<Int>, _ type: ElementType) -> [UInt8] {
        numbers.flatMap { number in (0..<type.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
    }
}
