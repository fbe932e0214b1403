private import CKernels
internal import Parallel

/// The auxiliary vectors of the anchors, ready to be compared with those of new tokens.
///
/// The weights of a new token over the anchors are the sparsemax of its cosines with them. (Dobler & de Melo 2023,
/// section 3) They are found in two steps, tile by tile, so that no matrix of similarities ever exists:
/// 1. A kernel computes the cosines in single precision and keeps only the columns that can be in the support: those
///    above a lower bound of the threshold, less a margin for rounding (`marginPerDimension`). The bound rises while
///    columns are compared: the sparsemax of some of the scores has a threshold no higher than that of all, so no
///    column of the support is lost. On processors with dot products of 8-bit integers, integers stand in for the
///    floats, with a margin for what quantization rounds off (`QuantizedAnchors`). On others, upper bounds from
///    sketches of the vectors (`LowRankSketch`) rule out whole tiles first; anchors and new tokens are sorted
///    (`VectorClusters`) so that similar ones share a tile.
/// 2. The cosines of those few columns are computed again in double precision from the original vectors, and
///    projected exactly.
///
/// So the result has the same bits whichever kernel ran, on any number of threads.
struct AnchorIndex: Sendable {
    /// How many new tokens are compared at once; a multiple of the kernel's row group.
    static let tileRowCount = 192

    /// The error of a scalar product of `n` terms in single precision, of vectors of length 1, is below (n + 8) units
    /// of 2^-24: each term is rounded at most n times, and both its factors once or twice before. Four such errors
    /// make the margin: a score's own, that of the scores that the bound was made from, and as much again for
    /// rounding the bound itself.
    static let marginPerDimension = 4 * 0x1p-24

    let vectors: AuxiliaryVectors
    /// For each anchor the index of its vector.
    let anchorVectors: [Int]
    /// For each anchor its source row.
    let sources: [Int32]
    let inverseNorms: [Double]
    let temperature: Double
    /// The level of processor that kernels run for, no higher than that of this one.
    let level: Int32
    /// For each column of the panels its anchor.
    let anchorOfColumn: [Int]
    /// Nil on processors without dot products of integers.
    let quantized: QuantizedAnchors?
    /// Nil where bounds would rule out too little, or `quantized` does it.
    let bounds: Bounds?
    private let floatPanels: FloatPanels

    /// What rules out tiles.
    struct Bounds: Sendable {
        let sketch: LowRankSketch
        let clusters: VectorClusters
        let panels: Aligned<Float>
        /// For each cluster the panel where its anchors begin.
        let startPanelOfCluster: [Int]
    }

    /// Prepares anchors.
    ///
    /// - Parameters:
    ///   - anchors: for each the index of its vector in `vectors`, and its source row.
    ///   - temperature: what cosines are multiplied by.
    ///   - level: the highest level of processor that kernels may run for; that of this one if nil.
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
        guard quantized == nil else {
            (anchorOfColumn, bounds) = (Array(0..<anchors.count), nil)
            floatPanels = FloatPanels()
            return
        }
        (anchorOfColumn, bounds) = unsafe AnchorIndex.bounds(
            of: unit.start, count: anchors.count, dimension: dimension, workers: workers)
        floatPanels = FloatPanels(
            AnchorIndex.packed(unit, width: dimension, order: anchorOfColumn, workers: workers))
    }

    /// The unit vectors of the anchors in panels.
    var panels: Aligned<Float> {
        floatPanels.values {
            let unit = AnchorIndex.rows(anchorVectors[...], times: inverseNorms, vectors)
            return AnchorIndex.packed(unit, width: vectors.dimension, order: anchorOfColumn, workers: Workers(count: 1))
        }
    }

    /// The order of the columns and the bounds, or the order that the anchors are in and nil.
    private static func bounds(
        of unit: UnsafePointer<Float>, count: Int, dimension: Int, workers: Workers
    ) -> (anchorOfColumn: [Int], bounds: Bounds?) {
        guard let sketch = unsafe LowRankSketch(of: unit, vectorCount: count, dimension: dimension, workers: workers)
        else {
            return (Array(0..<count), nil)
        }
        let sketches = Aligned<Float>(room: count * sketch.count)
        unsafe sketch.sketch(unit, count, to: sketches.start)
        let clusters = unsafe VectorClusters(
            of: sketches.start, vectorCount: count, dimension: sketch.count - 1, stride: sketch.count, workers: workers)
        let (anchorOfColumn, clusterOfColumn) = unsafe clusters.order(sketches.start, count, workers: workers)
        var startPanelOfCluster: [Int] = []
        for (column, cluster) in clusterOfColumn.enumerated() {
            while startPanelOfCluster.count <= cluster { startPanelOfCluster.append(column / FOCUS_PANEL_WIDTH) }
        }
        return (
            anchorOfColumn,
            Bounds(
                sketch: sketch, clusters: clusters,
                panels: packed(sketches, width: sketch.count, order: anchorOfColumn, workers: workers),
                startPanelOfCluster: startPanelOfCluster)
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
    private static func packed(_ rows: Aligned<Float>, width: Int, order: [Int], workers: Workers) -> Aligned<Float> {
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
}
