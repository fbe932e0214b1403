private import CKernels
internal import Parallel

/// The vectors of the anchors quantized to 8-bit integers, each vector with a scale of its own.
///
/// If x is a vector and x' its quantized form, the scalar product of x' and y' differs from that of x and y by at most
/// |x - x'| |y'| + |x| |y - y'| (Cauchy-Schwarz). The products of integers take a quarter of the work of single
/// precision, and rule out nearly all anchors of a new token.
struct QuantizedAnchors: Sendable {
    private let panels: Aligned<UInt8>
    private let scales: Aligned<Float>
    private let count: Int
    private let dimension: Int
    /// The number of integers of a vector, with zeros at the end.
    private let width: Int
    /// The greatest length of a rounding error, x - x'.
    private let largestError: Double

    /// Quantizes unit vectors, `[count, dimension]`; nil where processors of `level` do not multiply integers.
    init?(of vectors: Aligned<Float>, count: Int, dimension: Int, level: Int32, workers: Workers) {
        guard level >= FOCUS_AVX512_VNNI, dimension <= FOCUS_MOST_INTEGERS else { return nil }
        let (together, panelWidth) = (FOCUS_INTEGERS_TOGETHER, FOCUS_PANEL_WIDTH)
        let width = (dimension + together - 1) / together * together
        let padded = (count + panelWidth - 1) / panelWidth * panelWidth
        let (panels, scales) = (Aligned<UInt8>(room: padded * width), Aligned<Float>(room: padded))
        let errors = Aligned<Float>(room: count)
        unsafe scales.span(count..<padded).initialize(repeating: 0)
        AnchorIndex.forEachPart(of: count, workers) { part in
            let (first, integers) = (part.lowerBound, Aligned<Int8>(room: part.count * width))
            unsafe focus_round_rows(
                vectors.start + first * dimension, part.count, dimension, width, integers.start, scales.start + first,
                errors.start + first)
            unsafe focus_pack_integer_panels(integers.start, part.count, width, panels.start + first * width)
        }
        (self.panels, self.scales, self.count, self.dimension, self.width) = (panels, scales, count, dimension, width)
        largestError = unsafe Double(errors.buffer.max() ?? 0)
    }

    /// Fills `lists` with the anchors that may be in the support of each of `rowCount` new tokens.
    ///
    /// - Parameters:
    ///   - rows: their vectors, of length `temperature`, `[rowCount, dimension]`.
    ///   - margin: four times the error bound of single precision.
    func findCandidates(
        of rows: Aligned<Float>, _ rowCount: Int, temperature: Double, margin: Double, in lists: CandidateLists
    ) {
        let padded = (rowCount + FOCUS_ROW_GROUP - 1) / FOCUS_ROW_GROUP * FOCUS_ROW_GROUP
        let (integers, packed) = (Aligned<Int8>(room: rowCount * width), Aligned<Int8>(room: padded * width))
        let (scales, errors) = (Aligned<Float>(room: rowCount), Aligned<Float>(room: rowCount))
        let zeroPointTerms = Aligned<Int32>(room: padded)
        unsafe focus_round_rows(
            rows.start, rowCount, dimension, width, integers.start, scales.start, errors.start)
        unsafe focus_pack_integer_rows(integers.start, rowCount, width, packed.start, zeroPointTerms.start)
        for row in 0..<rowCount {
            let error = unsafe Double(errors.buffer[row]) * (1 + largestError) + temperature * largestError
            // Lengths are 1, or the temperature, up to rounding in single precision.
            lists.setMargin(of: row, to: 2 * error * (1 + 0x1p-20) + margin)
        }
        var packedRows = unsafe focus_integer_rows(
            packed: packed.start, scales: scales.start, zero_point_terms: zeroPointTerms.start, count: rowCount)
        var columns = unsafe focus_integer_panels(packed: panels.start, scales: self.scales.start, count: count)
        unsafe focus_find_integer_candidates(&packedRows, &columns, width, lists.start)
    }
}
