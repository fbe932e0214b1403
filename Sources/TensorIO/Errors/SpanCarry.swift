/// Holds back what is more than a multiple of 64 bytes until more comes, so that no element is cut: what `TensorReader`
/// asks of spans.
public struct SpanCarry: Sendable {
    private var held: [UInt8] = []

    /// Holds back nothing yet.
    public init() {}

    /// Lends `bytes` after what was held back; all of it where it is the last.
    ///
    /// - Throws: what `body` throws.
    public mutating func lend(
        _ bytes: RawSpan, isLast: Bool, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        let total = held.count + bytes.byteCount
        let count = isLast ? total : total / 64 * 64
        guard !held.isEmpty else {
            if count > 0 { try body(bytes.extracting(first: count)) }
            held = bytes.extracting(droppingFirst: count).copied
            return
        }
        held += bytes.copied
        if count > 0 { try unsafe body(held.span.bytes.extracting(first: count)) }
        held.removeFirst(count)
    }
}
