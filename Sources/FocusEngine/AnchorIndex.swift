private import CKernels

/// The auxiliary vectors of the anchors, ready to be compared with those of new tokens.
///
/// The weights of a new token over the anchors are the sparsemax of its cosines with them. (Dobler & de Melo 2023, section 3)
/// They are found in two steps, tile by tile, so that no matrix of similarities ever exists:
/// 1. A kernel computes the cosines in single precision and keeps only the columns that can be in the support: those
///    above a lower bound of the threshold that rises on the way, less a margin for rounding (`marginPerDimension`). The sparsemax of some of
///    the scores has a threshold no higher than that of all, so nothing that belongs to the support is lost.
/// 2. The cosines of those few are computed again in double precision from the vectors as they are, and projected exactly.
///
/// So the result has the same bits whichever kernel ran, on however many threads.
struct AnchorIndex: Sendable {
    /// How many new tokens are compared at once; a multiple of the kernel's row group.
    static let tileRowCount = 48

    /// A scalar product of `n` terms in single precision, of vectors of length 1, is off by less than (n + 8) units of 2^-24: each
    /// term is rounded at most n times, and both its factors once or twice before. Four such errors make the margin: a score's own, that of the
    /// scores that the bound was made of, and as much again for the bound's own rounding.
    private static let marginPerDimension = 4 * 0x1p-24

    /// The most candidates that are kept of one row; where there are more, all anchors are compared exactly.
    private static let candidateCapacity = 2048

    private let vectors: AuxiliaryVectors
    /// For each anchor the index of its vector.
    private let anchorVectors: [Int]
    /// For each anchor the source row that it stands for.
    private let sources: [Int32]
    private let inverseNorms: [Double]
    private let panels: AlignedFloats
    private let temperature: Double
    private let kernel: Int32

    /// Prepares anchors.
    ///
    /// - Parameters:
    ///   - anchors: for each the index of its vector in `vectors`, and its source row.
    ///   - temperature: what cosines are multiplied by.
    ///   - kernel: which kernel to run, where this processor can; the best if nil.
    init(
        _ anchors: [(vector: Int, source: Int)], of vectors: AuxiliaryVectors, temperature: Double, kernel: Int32? = nil
    ) {
        let dimension = vectors.dimension
        self.vectors = vectors
        self.temperature = temperature
        self.kernel = min(kernel ?? .max, focus_best_kernel())
        anchorVectors = anchors.map(\.vector)
        sources = anchors.map { Int32($0.source) }
        inverseNorms = unsafe vectors.values.withUnsafeBufferPointer { values in
            anchors.map { unsafe AnchorIndex.inverseNorm($0.vector, in: values, dimension) }
        }
        let panelWidth = FOCUS_PANEL_WIDTH
        panels = AlignedFloats(count: (anchors.count + panelWidth - 1) / panelWidth * panelWidth * dimension)
        var normalized = [Float](repeating: 0, count: panelWidth * dimension)
        for first in stride(from: 0, to: anchors.count, by: panelWidth) {
            let count = min(panelWidth, anchors.count - first)
            for row in 0..<count {
                let start = anchors[first + row].vector * dimension
                for k in 0..<dimension {
                    normalized[row * dimension + k] = Float(
                        Double(vectors.values[start + k]) * inverseNorms[first + row])
                }
            }
            unsafe focus_pack_panels(normalized, count, dimension, panels.start + first * dimension)
        }
    }

    private static func inverseNorm(_ vector: Int, in values: UnsafeBufferPointer<Float>, _ dimension: Int) -> Double {
        let start = unsafe values.baseAddress! + vector * dimension
        return unsafe 1 / focus_dot(start, start, dimension).squareRoot()
    }

    /// The combinations of source rows for new tokens.
    ///
    /// - Parameter queries: the indices of their vectors, at most `tileRowCount`.
    func combinations(for queries: ArraySlice<Int>) -> Combinations {
        precondition(queries.count <= AnchorIndex.tileRowCount && !sources.isEmpty)
        let dimension = vectors.dimension
        let capacity = min(AnchorIndex.candidateCapacity, sources.count + 4 * FOCUS_PANEL_WIDTH)
        var columns = [UInt32](repeating: 0, count: queries.count * capacity)
        var scores = [Float](repeating: 0, count: queries.count * capacity)
        var result = Combinations()
        unsafe vectors.values.withUnsafeBufferPointer { values in
            let norms = queries.map { unsafe AnchorIndex.inverseNorm($0, in: values, dimension) }
            let packed = unsafe packedQueries(queries, norms, values)
            unsafe columns.withUnsafeMutableBufferPointer { columns in
                unsafe scores.withUnsafeMutableBufferPointer { scores in
                    var lists = unsafe [focus_candidates]()
                    for row in queries.indices.map({ $0 - queries.startIndex }) {
                        unsafe lists.append(
                            focus_candidates(
                                columns: columns.baseAddress! + row * capacity,
                                scores: scores.baseAddress! + row * capacity, capacity: UInt32(capacity), count: 0,
                                trigger: 0, overflowed: 0, threshold: 0, bound: 0))
                    }
                    let margin = Float(
                        temperature * Double(dimension + 8) * AnchorIndex.marginPerDimension)
                    unsafe focus_find_candidates(
                        kernel, packed.start, queries.count, panels.start, sources.count, dimension, margin.nextUp,
                        &lists)
                    for (row, query) in queries.enumerated() {
                        let list = unsafe lists[row]
                        let candidates = unsafe list.overflowed != 0 ? 0..<sources.count : 0..<Int(list.count)
                        let exact = candidates.map { place in
                            let anchor = unsafe list.overflowed != 0 ? place : Int(list.columns[place])
                            return (anchor, unsafe cosine(query, norms[row], anchor, values) * temperature)
                        }
                        result.append(exact, sources: sources)
                    }
                }
            }
        }
        return result
    }

    /// The queries of length `temperature`, packed.
    private func packedQueries(
        _ queries: ArraySlice<Int>, _ norms: [Double], _ values: UnsafeBufferPointer<Float>
    ) -> AlignedFloats {
        let dimension = vectors.dimension
        var scaled = [Float](repeating: 0, count: queries.count * dimension)
        for (row, query) in queries.enumerated() {
            let scale = norms[row] * temperature
            for k in 0..<dimension {
                scaled[row * dimension + k] = unsafe Float(Double(values[query * dimension + k]) * scale)
            }
        }
        let packed = AlignedFloats(count: AnchorIndex.tileRowCount * dimension)
        unsafe focus_pack_rows(scaled, queries.count, dimension, packed.start)
        return packed
    }

    /// The cosine of a query and an anchor.
    private func cosine(_ query: Int, _ norm: Double, _ anchor: Int, _ values: UnsafeBufferPointer<Float>) -> Double {
        let dimension = vectors.dimension
        let product = unsafe focus_dot(
            values.baseAddress! + query * dimension, values.baseAddress! + anchorVectors[anchor] * dimension, dimension)
        return product * (norm * inverseNorms[anchor])
    }

    /// The cosines of one vector with all anchors.
    func cosines(of query: Int) -> [Double] {
        unsafe vectors.values.withUnsafeBufferPointer { values in
            let norm = unsafe AnchorIndex.inverseNorm(query, in: values, vectors.dimension)
            return sources.indices.map { unsafe cosine(query, norm, $0, values) }
        }
    }
}
