internal import Checkpoints
internal import FocusEngine
internal import Parallel
internal import SystemPackage
internal import TensorIO

/// Makes the new rows of a table that is quantised, and quantises them anew with scales of the same kind.
///
/// Rows are combined as numbers, as in any other table. What becomes of rows that are copied depends on the scales:
/// - Of a row or of a group in one: a copied row keeps its bits, and those of its scales and biases.
/// - Of the whole table: the scale stays, and copied rows keep their bits, as long as no new row holds a number that is
///   too large for it; means are not, rows that are drawn may be. Otherwise all rows are quantised with a larger scale.
/// - Of blocks of several rows: a block's scale is that of its new neighbours' largest number, so that copied rows are
///   quantised once more, with an error of at most that of `ScaledBlocks.scales(of:)`.
struct QuantizedRewriter {
    private let rewriter: VocabularyRewriter
    private let weight: QuantizedWeight
    private let plan: RowPlan

    /// Makes rows as `rewriter` does, for a table kept as `weight`.
    ///
    /// - Parameter standIn: the row that the model reads for ids without one.
    init(_ rewriter: VocabularyRewriter, _ weight: QuantizedWeight, standIn: Int?) {
        self.rewriter = rewriter
        self.weight = weight
        let plan = rewriter.plan
        self.plan = plan.sourceRowCount <= weight.rowCount ? plan : plan.limited(to: weight.rowCount, standIn: standIn)
    }

    /// The contents of the tensors of the table, in the order of its parts: those of the elements in a nameless file in
    /// `folder`, all others, which are small beside them, in memory.
    ///
    /// - Parameter rows: the numbers of the table.
    func parts(
        of rows: TensorRows, monitor: WorkMonitor, in folder: FilePath
    ) throws(FormatError) -> (elements: MappedFile, others: [[UInt8]]) {
        guard case .scaledBlocks(let blocks) = weight.scheme, blocks.rows > 1 else {
            return try rowByRow(rows, monitor, folder)
        }
        guard blocks.isWhole else {
            return try inBlocks(blocks, rows, monitor, folder)
        }
        let scale = try weight.tableScale
        let kept = try withScale(scale, blocks, keepsCopies: true, rows, monitor, folder)
        guard kept.largest > scale * blocks.largest else { return (kept.elements, [blocks.bytes(of: [scale])]) }
        let larger = try named { () throws(FormatError) in try blocks.scale(for: kept.largest) }
        let new = try withScale(larger, blocks, keepsCopies: false, rows, monitor, folder)
        return (new.elements, [blocks.bytes(of: [larger])])
    }

    /// The source row whose bits the target row `row` gets; nil where it is made.
    private func copied(_ row: Int) -> Int? {
        guard rewriter.made?.contains(row) != true, row < plan.rowCount else { return nil }
        return plan.copiedRow(row)
    }

    /// Calls `body` with each new row in order.
    private func forEachRow(
        of rows: TensorRows, _ monitor: WorkMonitor,
        _ body: (_ row: Int, _ numbers: [Float]) throws(FormatError) -> Void
    ) throws(FormatError) {
        var numbers: [Float] = []
        var row = 0
        let width = weight.width
        try rewriter.send(rows, monitor: monitor) { (bytes: RawSpan) throws(FormatError) in
            ElementConversion.append(bytes, .f32, to: &numbers)
            var start = 0
            while start + width <= numbers.count {
                let values = Array(numbers[start..<start + width])
                guard values.allSatisfy(\.isFinite) else {
                    throw FormatError(
                        .invalidTensor, "would get NaN or infinities in row \(row), which cannot be quantised",
                        tensor: weight.plain.name)
                }
                try body(row, values)
                row += 1
                start += width
            }
            numbers.removeFirst(start)
        }
    }

    /// Rows with scales of their own.
    private func rowByRow(
        _ rows: TensorRows, _ monitor: WorkMonitor, _ folder: FilePath
    ) throws(FormatError) -> (elements: MappedFile, others: [[UInt8]]) {
        var file = try TemporaryFile(in: folder)
        var others = [[UInt8]](repeating: [], count: weight.parts.count - 1)
        try forEachRow(of: rows, monitor) { row, numbers throws(FormatError) in
            let bytes: [[UInt8]]
            if let source = copied(row) {
                bytes = try weight.bytes(ofRow: source)
            } else {
                bytes = try named { () throws(FormatError) in try weight.scheme.quantized(numbers) }
            }
            let elements = bytes[0]
            try unsafe file.append(elements.span.bytes)
            for (index, other) in bytes.dropFirst().enumerated() { others[index] += other }
        }
        return (try file.contents(), others)
    }

    /// Rows that share scales with their neighbours.
    private func inBlocks(
        _ blocks: ScaledBlocks, _ rows: TensorRows, _ monitor: WorkMonitor, _ folder: FilePath
    ) throws(FormatError) -> (elements: MappedFile, others: [[UInt8]]) {
        var file = try TemporaryFile(in: folder)
        var scales: [UInt8] = []
        var held: [Float] = []
        let last = rewriter.rowCount - 1
        try forEachRow(of: rows, monitor) { row, numbers throws(FormatError) in
            held += numbers
            guard (row + 1).isMultiple(of: blocks.rows) || row == last else { return }
            let new = try named { () throws(FormatError) in try blocks.scales(of: held[...]) }
            var elements: [UInt8] = []
            elements.reserveCapacity(held.count)
            blocks.append(held[...], scales: new, to: &elements)
            try unsafe file.append(elements.span.bytes)
            scales += blocks.bytes(of: new)
            held.removeAll(keepingCapacity: true)
        }
        return (try file.contents(), [scales])
    }

    /// All rows with one scale, and their largest magnitude.
    private func withScale(
        _ scale: Float, _ blocks: ScaledBlocks, keepsCopies: Bool, _ rows: TensorRows, _ monitor: WorkMonitor,
        _ folder: FilePath
    ) throws(FormatError) -> (elements: MappedFile, largest: Float) {
        var file = try TemporaryFile(in: folder)
        var largest: Float = 0
        try forEachRow(of: rows, monitor) { row, numbers throws(FormatError) in
            for number in numbers { largest = max(largest, number.magnitude) }
            var elements: [UInt8] = []
            if keepsCopies, let source = copied(row) {
                elements = try weight.elementBytes(ofRow: source)
            } else {
                elements.reserveCapacity(numbers.count)
                blocks.append(numbers[...], scales: [scale], to: &elements)
            }
            try unsafe file.append(elements.span.bytes)
        }
        return (try file.contents(), largest)
    }

    private func named<Result>(_ body: () throws(FormatError) -> Result) throws(FormatError) -> Result {
        do throws(FormatError) { return try body() } catch {
            var error = error
            error.tensor = error.tensor ?? weight.plain.name
            throw error
        }
    }
}
