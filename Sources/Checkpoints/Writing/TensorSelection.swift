package import Parallel
internal import Synchronization
package import TensorIO

/// The tensors of a checkpoint that are to be written, as they will be: which, of what type, and with what contents.
package struct TensorSelection: Sendable {
    /// A tensor as it is and as it will be.
    package struct Entry: Sendable {
        package let source: TensorDescriptor
        package let target: TensorDescriptor
        package let reader: any TensorReader

        /// Reads `source` with `reader`; where the element types differ, elements are converted.
        package init(source: TensorDescriptor, target: TensorDescriptor, reader: any TensorReader) {
            self.source = source
            self.target = target
            self.reader = reader
        }
    }

    package let entries: [Entry]

    /// Selects `entries`.
    package init(entries: [Entry]) {
        self.entries = entries
    }

    /// Selects from `checkpoint`; floating-point elements become `elementType`, where it is not nil.
    ///
    /// - Parameter quantized: the quantised weights that become numbers; nil where they stay as they are.
    /// - Throws: `FormatError` where a quantised weight cannot be read as numbers.
    init(
        of checkpoint: Checkpoint, elementType: ElementType?, dequantizing quantized: QuantizedTensors? = nil,
        where selects: (TensorName) -> Bool
    ) throws(FormatError) {
        var entries: [Entry] = []
        for (file, tensor) in checkpoint.tensors where selects(tensor.name) {
            let numbers = try TensorSelection.numbers(of: tensor, quantized)
            guard numbers != nil || quantized?.module(with: tensor.name) == nil else { continue }
            let source = numbers?.plain ?? tensor
            let reader: any TensorReader = numbers.map(DequantizedReader.init) ?? file.reader
            guard let elementType, source.elementType.widensToFloat, source.elementType != elementType else {
                entries.append(Entry(source: source, target: source, reader: reader))
                continue
            }
            let target = try TensorDescriptor(name: source.name, elementType: elementType, shape: source.shape)
            entries.append(Entry(source: source, target: target, reader: reader))
        }
        self.entries = entries
    }

    /// The quantised weight whose elements are in `tensor`; nil for other tensors, of quantised weights, too.
    private static func numbers(
        of tensor: TensorDescriptor, _ quantized: QuantizedTensors?
    ) throws(FormatError) -> QuantizedWeight? {
        guard let quantized, let module = quantized.module(with: tensor.name) else { return nil }
        guard module.isReadable, module.elements != nil else {
            throw FormatError(
                .unsupported,
                "is a part of a weight that is quantised by \(module.scheme), of which no numbers are made here: "
                    + "--dequantize reads FP8 and MLX's groups", tensor: tensor.name)
        }
        return try quantized.weight(named: tensor.name)
    }

    /// The tensors as they will be.
    package var targets: [TensorDescriptor] {
        entries.map(\.target)
    }

    /// The size of all contents in bytes, as they will be.
    package var byteCount: Int {
        entries.reduce(0) { min($0, .max - $1.target.byteCount) + $1.target.byteCount }
    }

    /// What the tensors will hold; tells `monitor` of each piece.
    package func contents(monitor: WorkMonitor) -> TensorContents {
        let places = Dictionary(uniqueKeysWithValues: entries.map { ($0.target.name, $0) })
        let total = byteCount
        let sent = Mutex(0)
        return TensorContents { (tensor: TensorDescriptor, sink: TensorContents.Sink) throws(FormatError) in
            guard let entry = places[tensor.name] else {
                throw FormatError(.missingTensor, "is not among those to write", tensor: tensor.name)
            }
            try entry.reader.read(entry.source) { (bytes: RawSpan) throws(FormatError) in
                if monitor.isCancelled { throw FormatError(.cancelled, "cancelled") }
                if entry.source.elementType == entry.target.elementType {
                    try sink(bytes)
                } else {
                    let converted = ElementConversion.convert(
                        bytes, from: entry.source.elementType, to: entry.target.elementType)
                    try unsafe sink(converted.span.bytes)
                }
                let count = bytes.byteCount * entry.target.elementType.bitWidth / entry.source.elementType.bitWidth
                let now = sent.withLock {
                    $0 += count
                    return $0
                }
                monitor.update(completed: now, total: total)
            }
        }
    }
}
