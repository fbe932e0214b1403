internal import Parallel
internal import Synchronization
internal import TensorIO

/// The numbers of a tensor in blocks, packed as they are asked for: bytes, of which the last axis counts.
struct BlockReader: TensorReader {
    private let source: TensorDescriptor
    private let reader: any TensorReader
    private let type: BlockType
    private let target: TensorDescriptor
    private let workers: Workers

    /// Blocks that are packed at a time: about 4 MB of numbers.
    private var step: Int { max(1, (1 << 20) / type.block.numbers) }

    /// Packs `source` of `reader`, whose rows are whole blocks of `type`.
    ///
    /// - Throws: `FormatError` where it has no numbers, or rows that are no whole blocks.
    init(
        _ source: TensorDescriptor, of reader: any TensorReader, as type: BlockType, workers: Workers
    ) throws(FormatError) {
        guard source.elementType.widensToFloat, let width = source.shape.last, width % type.block.numbers == 0 else {
            throw FormatError(
                .invalidTensor, "is \(source), which cannot be packed in blocks of \(type.block.numbers)",
                tensor: source.name)
        }
        self.source = source
        self.reader = reader
        self.type = type
        self.workers = workers
        target = try TensorDescriptor(
            name: source.name, elementType: .u8,
            shape: source.shape.dropLast() + [width / type.block.numbers * type.block.bytes])
    }

    var tensors: [TensorDescriptor] { [target] }
    var metadata: [String: String] { [:] }

    func read(
        _ tensor: TensorDescriptor, bytes range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        guard !range.isEmpty else { return }
        let (numbers, bytes) = type.block
        let blocks = range.lowerBound / bytes..<(range.upperBound + bytes - 1) / bytes
        for first in stride(from: blocks.lowerBound, to: blocks.upperBound, by: step) {
            let part = first..<min(first + step, blocks.upperBound)
            let packed = try packed(part, numbers)
            let here = range.clamped(to: part.lowerBound * bytes..<part.upperBound * bytes)
            let start = part.lowerBound * bytes
            try unsafe body(packed.span.bytes.extracting(here.lowerBound - start..<here.upperBound - start))
        }
    }

    /// The bytes of the blocks `part`.
    private func packed(_ part: Range<Int>, _ size: Int) throws(FormatError) -> [UInt8] {
        let width = source.elementType.bitWidth / 8
        var numbers: [Float] = []
        numbers.reserveCapacity(part.count * size)
        try reader.read(source, bytes: part.lowerBound * size * width..<part.upperBound * size * width) {
            (bytes: RawSpan) throws(FormatError) in
            var piece = [Float](repeating: 0, count: bytes.byteCount / width)
            var output = piece.mutableSpan
            ElementConversion.toFloat(bytes, source.elementType, into: &output)
            numbers += piece
        }
        guard numbers.count == part.count * size, numbers.allSatisfy(\.isFinite) else {
            throw FormatError(
                .invalidTensor,
                "holds a number that is not finite, which blocks cannot say: focus inspect --stats "
                    + "counts them; keep it with --type f16", tensor: source.name)
        }
        let pieces = min(part.count, workers.count * 4)
        let all = numbers
        let results: [[UInt8]] = workers.map(pieces) { index in
            let blocks = part.count * index / pieces..<part.count * (index + 1) / pieces
            return unsafe [UInt8](unsafeUninitializedCapacity: blocks.count * type.block.bytes) { buffer, count in
                unsafe all.withUnsafeBufferPointer { source in
                    guard let from = source.baseAddress, let to = buffer.baseAddress else { return }
                    unsafe type.pack(from + blocks.lowerBound * size, blocks.count, into: to)
                }
                count = blocks.count * type.block.bytes
            }
        }
        return Array(results.joined())
    }
}
