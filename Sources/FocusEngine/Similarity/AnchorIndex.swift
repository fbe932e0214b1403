private import CKernels
internal import Parallel

/// The auxiliary vectors of the anchors, ready to be compared with those of new tokens.
///
/// The weights of a new token over the anchors are the sparsemax of its cosines with them. (Dobler & de Melo 2023, section 3)
/// They are found in two steps, tile by tile, so that no matrix of similarities ever exists:
/// 1. A kernel computes the cosines in single precision and keeps only the columns that can be in the support: those
///    above a lower bound of the threshold that rises on the way, less a margin for rounding (`marginPerDimension`). The sparsemax of some of
///    the scores has a threshold no higher than that of all, so nothing that belongs to the support is lost.
///    Where the processor has scalar products of integers of 8 bits, these stand for the cosines, with a margin for what rounding to integers
///    leaves (`QuantizedAnchors`). Elsewhere, upper bounds from short sketch of the vectors (`LowRankSketch`) rule out whole tiles before; anchors
///    and new tokens are ordered (`VectorClusters`) so that those that are alike share a tile.
/// 2. The cosines of those few are computed again in double precision from the vectors as they are, and projected exactly.
///
/// So the result has the same bits whichever kernel ran, on however many threads.
struct AnchorIndex: Sendable {
    /// How many new tokens are compared at once; a multiple of the kernel's row group.
    static let tileRowCount = 192

    /// A scalar product of `n` terms in single precision, of vectors of length 1, is off by less than (n + 8) units of 2^-24: each
    /// term is rounded at most n times, and both its factors once or twice before. Four such errors make the margin: a score's own, that of the
    /// scores that the bound was made of, and as much again for the bound's own rounding.
    static let marginPerDimension = 4 * 0x1p-24

    let vectors: AuxiliaryVectors
    /// For each anchor the index of its vector.
    let anchorVectors: [Int]
    /// For each anchor the source row that it stands for.
    let sources: [Int32]
    let inverseNorms: [Double]
    let temperature: Double
    /// The level of processor for which kernels run, at most this one's.
    let level: Int32
    /// For each column of the panels its anchor.
    let columns: [Int]
    let panels: Aligned<Float>
    /// Nil where the processor has no products of integers.
    let quantized: QuantizedAnchors?
    /// Nil where bounds would rule out too little, or integers do.
    let bounds: Bounds?

    /// What rules out tiles.
    struct Bounds: Sendable {
        let sketch: LowRankSketch
        let clusters: VectorClusters
        let panels: Aligned<Float>
        /// For each center the panel where its anchors begin.
        let firstPanels: [Int]
    }

    /// Prepares anchors.
    ///
    /// - Parameters:
    ///   - anchors: for each the index of its vector in `vectors`, and its source row.
    ///   - temperature: what cosines are multiplied by.
    ///   - level: the highest level of processor for which kernels may run; this processor's if nil.
    init(
        _ anchors: [(vector: Int, source: Int)], of vectors: AuxiliaryVectors, temperature: Double,
        level: Int32? = nil, workers: Workers = Workers(count: 1)
    ) {
        let dimension = vectors.dimension
        self.vectors = vectors
        self.temperature = temperature
        self.level = min(level ?? .max, focus_processor_level())
        anchorVectors = anchors.map(\.vector)
        sources = anchors.map { Int32($0.source) }
        inverseNorms = AnchorIndex.inverseNorms(of: anchorVectors[...], vectors, workers: workers)
        let unit = AnchorIndex.rows(anchorVectors[...], times: inverseNorms, vectors, workers: workers)
        quantized = QuantizedAnchors(
            of: unit, count: anchors.count, dimension: dimension, level: self.level, workers: workers)
        if quantized == nil {
            (columns, bounds) = unsafe AnchorIndex.bounds(
                of: unit.start, count: anchors.count, dimension: dimension, workers: workers)
        } else {
            (columns, bounds) = (Array(0..<anchors.count), nil)
        }
        panels = AnchorIndex.panels(of: unit, width: dimension, order: columns, workers: workers)
    }

    /// The order of the columns and the bounds, or the order that the anchors are in and nil.
    private static func bounds(
        of unit: UnsafePointer<Float>, count: Int, dimension: Int, workers: Workers
    ) -> (columns: [Int], bounds: Bounds?) {
        guard let sketch = unsafe LowRankSketch(of: unit, vectorCount: count, dimension: dimension, workers: workers)
        else {
            return (Array(0..<count), nil)
        }
        let short = Aligned<Float>(room: count * sketch.count)
        unsafe sketch.sketch(unit, count, to: short.start)
        let clusters = unsafe VectorClusters(
            of: short.start, vectorCount: count, dimension: sketch.count - 1, stride: sketch.count, workers: workers)
        let (columns, centers) = unsafe clusters.order(short.start, count, workers: workers)
        var firstPanels: [Int] = []
        for (column, center) in centers.enumerated() {
            while firstPanels.count <= center { firstPanels.append(column / FOCUS_PANEL_WIDTH) }
        }
        return (
            columns,
            Bounds(
                sketch: sketch, clusters: clusters,
                panels: panels(of: short, width: sketch.count, order: columns, workers: workers),
                firstPanels: firstPanels)
        )
    }

    /// How many vectors are prepared at a time; a multiple of the panel width.
    static let vectorsAtATime = 64 * FOCUS_PANEL_WIDTH

    /// Calls `body` with parts of `0..<count`, one after the other or at the same time.
    static func forEachPart(of count: Int, _ workers: Workers, _ body: @Sendable (Range<Int>) -> Void) {
        workers.forEach((count + vectorsAtATime - 1) / vectorsAtATime) { part in
            body(part * vectorsAtATime..<min(count, (part + 1) * vectorsAtATime))
        }
    }

    /// The rows, of `width` elements, in panels, in another order.
    private static func panels(of rows: Aligned<Float>, width: Int, order: [Int], workers: Workers) -> Aligned<Float> {
        let panelWidth = FOCUS_PANEL_WIDTH
        let panels = Aligned<Float>(room: (order.count + panelWidth - 1) / panelWidth * panelWidth * width)
        forEachPart(of: order.count, workers) { part in
            let panel = Aligned<Float>(room: panelWidth * width)
            for first in stride(from: part.lowerBound, to: part.upperBound, by: panelWidth) {
                let count = min(panelWidth, part.upperBound - first)
                for row in 0..<count {
                    unsafe (panel.start + row * width).update(
                        from: rows.start + order[first + row] * width, count: width)
                }
                unsafe focus_pack_panels(panel.start, count, width, panels.start + first * width)
            }
        }
        return panels
    }

    /// One over the length of each of the vectors `places`.
    static func inverseNorms(
        of places: ArraySlice<Int>, _ vectors: AuxiliaryVectors, workers: Workers = Workers(count: 1)
    ) -> [Double] {
        let norms = workers.map((places.count + vectorsAtATime - 1) / vectorsAtATime) { part in
            unsafe vectors.values.withUnsafeBufferPointer { values in
                places.dropFirst(part * vectorsAtATime).prefix(vectorsAtATime)
                    .map { unsafe inverseNorm($0, in: values, vectors.dimension) }
            }
        }
        return Array(norms.joined())
    }

    /// The vectors `places`, each times its factor, row after row.
    static func rows(
        _ places: ArraySlice<Int>, times factors: [Double], _ vectors: AuxiliaryVectors,
        workers: Workers = Workers(count: 1)
    ) -> Aligned<Float> {
        let dimension = vectors.dimension
        let rows = Aligned<Float>(room: places.count * dimension)
        forEachPart(of: places.count, workers) { part in
            unsafe vectors.values.withUnsafeBufferPointer { values in
                for row in part {
                    let (start, factor) = (places[places.startIndex + row] * dimension, factors[row])
                    for k in 0..<dimension {
                        unsafe rows.start[row * dimension + k] = Float(Double(values[start + k]) * factor)
                    }
                }
            }
        }
        return rows
    }

    private static func inverseNorm(_ vector: Int, in values: UnsafeBufferPointer<Float>, _ dimension: Int) -> Double {
        let start = unsafe values.baseAddress! + vector * dimension
        return unsafe 1 / focus_dot(start, start, dimension).squareRoot()
    }

    /// The cosines of a query, of which `norm` is one over its length, with some anchors.
    func cosines(of query: Int, _ norm: Double, with anchors: [Int]) -> [Double] {
        let places = anchors.map { UInt32(anchorVectors[$0]) }
        var cosines = [Double](repeating: 0, count: anchors.count)
        unsafe vectors.values.withUnsafeBufferPointer { values in
            guard let start = values.baseAddress else { return }
            unsafe focus_dots(
                start + query * vectors.dimension, start, vectors.dimension, places, places.count, &cosines)
        }
        for (place, anchor) in anchors.enumerated() { cosines[place] *= norm * inverseNorms[anchor] }
        return cosines
    }

    /// The cosines of one vector with all anchors.
    func cosines(of query: Int) -> [Double] {
        cosines(
            of: query, AnchorIndex.inverseNorms(of: [query], vectors)[0], with: Array(sources.indices))
    }
}
