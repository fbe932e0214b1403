package import SystemPackage
package import TensorIO

/// Rows of one vocabulary tensor that were computed beforehand: f32 in memory or in a file, from which they are read as
/// they are asked for. Rows of the tensor that are not among them follow the plan.
///
/// A row is what a target token owns: `width` elements, one after the other, whatever axis of the tensor follows the
/// vocabulary.
package struct MadeRows: Sendable {
    /// The target rows, ascending.
    package let ids: [Int32]
    /// The number of elements of a row.
    package let width: Int
    private let storage: Storage
    /// For each target row up to the last of `ids` its place among them, or -1.
    private let places: [Int32]

    private enum Storage: Sendable {
        case memory([Float])
        case tensor(any TensorReader, TensorDescriptor)
    }

    private init(_ ids: [Int32], width: Int, _ storage: Storage) {
        precondition(zip(ids, ids.dropFirst()).allSatisfy(<) && (ids.first ?? 0) >= 0, "rows must ascend")
        self.ids = ids
        self.width = width
        self.storage = storage
        var places = [Int32](repeating: -1, count: ids.last.map { Int($0) + 1 } ?? 0)
        for (place, id) in ids.enumerated() { places[Int(id)] = Int32(place) }
        self.places = places
    }

    /// Makes rows of values in memory.
    ///
    /// - Parameters:
    ///   - ids: the target rows, ascending; nil for all from 0 on.
    ///   - width: the number of elements of a row, at least 1.
    ///   - values: the elements, row-major.
    package init(ids: [Int32]? = nil, width: Int, values: [Float]) {
        precondition(width > 0 && values.count.isMultiple(of: width), "\(values.count) elements in rows of \(width)")
        let ids = ids ?? (0..<Int32(values.count / width)).map { $0 }
        precondition(ids.count == values.count / width, "\(ids.count) ids for \(values.count / width) rows")
        self.init(ids, width: width, .memory(values))
    }

    /// Makes rows of the elements of `tensor`, f32 [ids, width].
    package init(ids: [Int32], in reader: any TensorReader, _ tensor: TensorDescriptor) {
        precondition(tensor.elementType == .f32 && tensor.shape.count == 2 && tensor.shape[0] == ids.count)
        self.init(ids, width: tensor.shape[1], .tensor(reader, tensor))
    }

    /// Makes rows block by block, and keeps them in a nameless temporary file in `folder`.
    ///
    /// - Parameters:
    ///   - ids: the target rows, ascending.
    ///   - width: the number of elements of a row.
    ///   - blockRows: the rows of a block, the last of which may have fewer.
    ///   - make: the elements of some of the rows, row-major; `range` is a range of places in `ids`. Blocks are made
    ///     in order.
    /// - Throws: `FormatError` where the file cannot be written, and whatever `make` throws.
    package init(
        ids: [Int32], width: Int, in folder: FilePath, blockRows: Int = 1024,
        _ make: @escaping @Sendable (_ range: Range<Int>) throws -> [Float]
    ) throws {
        let tensor = try TensorDescriptor(name: "rows", elementType: .f32, shape: [ids.count, width])
        let failure = CarriedFailure()
        let contents = TensorContents { (tensor: TensorDescriptor, sink: TensorContents.Sink) throws(FormatError) in
            for start in stride(from: 0, to: ids.count, by: max(1, blockRows)) {
                let range = start..<min(start + max(1, blockRows), ids.count)
                let block: [Float]
                do { block = try make(range) } catch { throw failure.carry(error) }
                try unsafe sink(block.span.bytes)
            }
        }
        let file: TemporaryTensor
        do {
            file = try TemporaryTensor(tensor, contents, in: folder)
        } catch {
            throw failure.carried ?? error
        }
        self.init(ids, width: width, .tensor(file, tensor))
    }

    /// Whether the target row `row` was made.
    package func contains(_ row: Int) -> Bool {
        places.indices.contains(row) && places[row] >= 0
    }

    /// Whether all of the target rows `rows` were made.
    package func containsAll(_ rows: Range<Int>) -> Bool {
        ids.count >= rows.count && rows.allSatisfy(contains)
    }

    /// Sends all rows, in order.
    ///
    /// - Throws: `FormatError` where they cannot be read, and what `sink` throws.
    package func send(to sink: TensorContents.Sink) throws(FormatError) {
        switch storage {
        case .memory(let values): try unsafe sink(values.span.bytes)
        case .tensor(let reader, let tensor): try reader.read(tensor, sink)
        }
    }

    /// Throws where a row holds NaN or infinities.
    package func checkFinite() throws(FormatError) {
        try send { (bytes: RawSpan) throws(FormatError) in
            var values: [Float] = []
            ElementConversion.append(bytes, .f32, to: &values)
            guard values.allSatisfy(\.isFinite) else {
                throw FormatError(.invalidTensor, "holds rows with NaN or infinities that were made for a checkpoint")
            }
        }
    }

    /// Appends elements of the target rows `rows`, all of which were made, to `values`.
    ///
    /// - Parameter columns: which elements of each row.
    /// - Throws: `FormatError` where they cannot be read.
    package func append(
        _ rows: Range<Int>, columns: Range<Int>, to values: inout [Float]
    ) throws(FormatError) {
        guard !rows.isEmpty else { return }
        guard columns.count == width else {
            var whole: [Float] = []
            try append(rows, columns: 0..<width, to: &whole)
            for start in stride(from: 0, to: whole.count, by: width) {
                values += whole[start + columns.lowerBound..<start + columns.upperBound]
            }
            return
        }
        let place = Int(places[rows.lowerBound])
        precondition(rows.allSatisfy(contains), "rows \(rows) were not all made")
        let elements = place * width..<(place + rows.count) * width
        switch storage {
        case .memory(let all): values += all[elements]
        case .tensor(let reader, let tensor):
            let bytes = elements.lowerBound * 4..<elements.upperBound * 4
            try reader.read(tensor, bytes: bytes) { (bytes: RawSpan) throws(FormatError) in
                ElementConversion.append(bytes, .f32, to: &values)
            }
        }
    }
}
