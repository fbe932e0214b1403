internal import TensorIO

/// A run of a dataset's bytes in some file.
struct HDF5Segment: Sendable {
    let file: MappedFile
    let bytes: Range<Int>
}

extension [HDF5Segment] {
    /// Lends the bytes `range` of all segments, one after the other, as little-endian numbers of `type`.
    func lend(
        _ range: Range<Int>, of type: ElementType, isLittleEndian: Bool, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        if isLittleEndian { return try lendAsKept(range, body) }
        // Bytes are reversed in whole elements, of which the ends may not have been asked for.
        let width = type.bitWidth / 8
        let elements = range.lowerBound / width * width..<(range.upperBound + width - 1) / width * width
        var (position, carry) = (elements.lowerBound, SpanCarry())
        try lendAsKept(elements) { (bigEndian: RawSpan) throws(FormatError) in
            var reversed = bigEndian.copied
            type.reverseBytes(of: &reversed)
            let wanted = position..<position + reversed.count
            let part = Swift.max(wanted.lowerBound, range.lowerBound)..<Swift.min(wanted.upperBound, range.upperBound)
            try unsafe carry.lend(
                reversed.span.bytes.extracting(part.lowerBound - position..<part.upperBound - position),
                isLast: part.upperBound == range.upperBound, body)
            position = wanted.upperBound
        }
    }

    /// Lends the bytes `range` of all segments, one after the other, as they are in their files: in multiples of 64
    /// bytes but for the last ones, so that no element is cut where `range` begins at one.
    private func lendAsKept(
        _ range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        var (start, position, carry) = (0, range.lowerBound, SpanCarry())
        for segment in self {
            let end = start + segment.bytes.count
            // All before `position` was lent or not asked for, so it is never before `start`.
            let upper = Swift.min(end, range.upperBound)
            if position < upper {
                let first = segment.bytes.lowerBound + (position - start)
                try segment.file.lend(first..<first + (upper - position)) { (kept: RawSpan) throws(FormatError) in
                    position += kept.byteCount
                    try carry.lend(kept, isLast: position == range.upperBound, body)
                }
            }
            start = end
        }
    }
}
