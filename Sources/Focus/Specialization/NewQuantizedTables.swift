internal import Checkpoints
internal import FocusEngine
internal import Parallel
internal import Synchronization
internal import TensorIO

/// The quantised tables of a result: each is made as a whole when the first of its tensors is asked for, because its
/// elements and scales come of one reading.
final class NewQuantizedTables: Sendable {
    private let made = Mutex<[TensorName: (elements: MappedFile, others: [[UInt8]])]>([:])
    private let entries: [TensorName: VocabularyTensors.Entry]
    private let rows: VocabularyRows

    /// Makes the tables of those `entries` that are quantised.
    ///
    /// - Parameter isNeeded: whether any table is written quantised.
    init(_ entries: [VocabularyTensors.Entry], _ rows: VocabularyRows, isNeeded: Bool) {
        self.rows = rows
        var found: [TensorName: VocabularyTensors.Entry] = [:]
        for entry in entries where isNeeded {
            for part in entry.quantized?.parts ?? [] { found[part.tensor.name] = entry }
        }
        self.entries = found
    }

    /// The quantised table that the tensor named `name` is a part of; nil where it is none.
    func entry(with name: TensorName) -> VocabularyTensors.Entry? {
        entries[name]
    }

    /// Sends the new contents of `tensor`, a part of `entry`.
    ///
    /// - Throws: `FormatError` where rows cannot be read, or cannot be quantised.
    func send(
        _ tensor: TensorDescriptor, of entry: VocabularyTensors.Entry, by rewriter: VocabularyRewriter,
        monitor: WorkMonitor, to sink: TensorContents.Sink
    ) throws(FormatError) {
        guard let weight = entry.quantized, let part = weight.parts.firstIndex(where: { $0.tensor.name == tensor.name })
        else { return }
        let table = try made.withLock { made throws(FormatError) in
            if let known = made[entry.tensor.name] { return known }
            let readable = try rows.readable(weight)
            let source = TensorRows(entry, reader: DequantizedReader(readable))
            let new = try QuantizedRewriter(rewriter, readable, standIn: entry.standIn).parts(
                of: source, monitor: monitor, in: rows.folder)
            made[entry.tensor.name] = new
            return new
        }
        if part == 0 {
            try table.elements.lend(0..<table.elements.byteCount, to: sink)
        } else {
            let bytes = table.others[part - 1]
            try unsafe sink(bytes.span.bytes)
        }
    }
}
