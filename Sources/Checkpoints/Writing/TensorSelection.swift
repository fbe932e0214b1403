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
    init(
        of checkpoint: Checkpoint, elementType: ElementType?, where selects: (TensorName) -> Bool
    ) throws(FormatError) {
        entries = try checkpoint.tensors.filter { selects($0.tensor.name) }.map { entry throws(FormatError) in
            let tensor = entry.tensor
            guard let elementType, tensor.elementType.widensToFloat, tensor.elementType != elementType else {
                return Entry(source: tensor, target: tensor, reader: entry.file.reader)
            }
            let target = try TensorDescriptor(name: tensor.name, elementType: elementType, shape: tensor.shape)
            return Entry(source: tensor, target: target, reader: entry.file.reader)
        }
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
