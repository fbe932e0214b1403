private import CKernels
internal import Parallel

extension AnchorIndex {
    /// How many new tokens are sketched at a time.
    private static let queriesAtATime = 64

    /// The order in which to compare new tokens.
    ///
    /// - Parameter queries: the indices of their vectors.
    func order(of queries: [Int], workers: Workers) -> QueryOrder {
        guard let bounds, !queries.isEmpty else { return QueryOrder(unchanged: queries.count) }
        let width = bounds.sketch.count
        let size = AnchorIndex.queriesAtATime
        let parts = workers.map((queries.count + size - 1) / size) { part in
            let some = queries[(part * size)..<min(queries.count, (part + 1) * size)]
            var sketches = [Float](repeating: 0, count: some.count * width)
            let unit = AnchorIndex.rows(some, times: AnchorIndex.inverseNorms(of: some, vectors), vectors)
            unsafe bounds.sketch.sketch(unit.start, some.count, to: &sketches)
            return sketches
        }
        let sketches = Array(parts.joined())
        let (indices, clusters) = unsafe sketches.withUnsafeBufferPointer {
            unsafe bounds.clusters.order($0.baseAddress!, queries.count, workers: workers)
        }
        let tiles = stride(from: 0, to: queries.count, by: AnchorIndex.tileRowCount)
        return QueryOrder(
            indices: indices, sketches: indices.flatMap { sketches[($0 * width)..<($0 + 1) * width] },
            startPanelOfTile: tiles.map { first in
                let cluster = clusters[min(first + AnchorIndex.tileRowCount / 2, queries.count - 1)]
                return cluster < bounds.startPanelOfCluster.count ? bounds.startPanelOfCluster[cluster] : 0
            })
    }

    /// The new tokens of one tile.
    private struct Tile {
        /// Their positions in the order.
        let positions: Range<Int>
        /// The indices of their vectors.
        let queries: [Int]
        /// One over the lengths of these.
        let inverseNorms: [Double]
    }

    /// The list of a new token, among those of a tile.
    private typealias FoundList = (lists: CandidateLists, row: Int)

    /// The combinations of source rows for the new tokens of one tile.
    ///
    /// - Parameters:
    ///   - queries: the indices of all their vectors.
    ///   - order: their order.
    /// - Returns: the combinations in that order, and the number of panels of 6 rows that were computed.
    func combinations(
        forTile index: Int, of queries: [Int], in order: QueryOrder
    ) -> (combinations: Combinations, panels: Int) {
        let size = AnchorIndex.tileRowCount
        let positions = (index * size)..<min(queries.count, (index + 1) * size)
        let tileQueries = order.indices[positions].map { queries[$0] }
        let tile = Tile(
            positions: positions, queries: tileQueries,
            inverseNorms: AnchorIndex.inverseNorms(of: tileQueries[...], vectors))
        let rows = AnchorIndex.rows(tileQueries[...], times: tile.inverseNorms.map { $0 * temperature }, vectors)
        let (candidates, panels): ([FoundList], Int)
        if let quantized {
            let lists = CandidateLists(rows: tileQueries.count, columns: sources.count)
            quantized.findCandidates(of: rows, tileQueries.count, temperature: temperature, margin: margin, in: lists)
            (candidates, panels) = replacingOverflows(in: lists, of: tile, order)
        } else {
            let (lists, computed) = floatCandidates(of: rows, tileQueries.count, boundedBy: bounds, order, positions)
            (candidates, panels) = (tileQueries.indices.map { (lists, $0) }, computed)
        }
        var result = Combinations()
        for (row, query) in tileQueries.enumerated() {
            let (lists, listRow) = candidates[row]
            result.append(exactScores(of: query, tile.inverseNorms[row], lists, listRow), sources: sources)
        }
        return (result, panels)
    }

    /// Compares again in single precision, whose tighter bound may fit, the new tokens whose lists overflowed with
    /// integers.
    private func replacingOverflows(
        in lists: CandidateLists, of tile: Tile, _ order: QueryOrder
    ) -> (candidates: [FoundList], panels: Int) {
        var candidates = tile.queries.indices.map { (lists: lists, row: $0) }
        let overflowed = tile.queries.indices.filter(lists.isOverflowed)
        guard !overflowed.isEmpty else { return (candidates, 0) }
        let rows = AnchorIndex.rows(
            overflowed.map { tile.queries[$0] }[...], times: overflowed.map { tile.inverseNorms[$0] * temperature },
            vectors)
        let (floatLists, panels) = floatCandidates(of: rows, overflowed.count, boundedBy: nil, order, tile.positions)
        for (index, row) in overflowed.enumerated() { candidates[row] = (floatLists, index) }
        return (candidates, panels)
    }

    /// Four times the error bound of a score in single precision.
    private var margin: Double {
        temperature * Double(vectors.dimension + 8) * AnchorIndex.marginPerDimension
    }

    /// The columns that may be in the support of each of `count` rows, by scores in single precision, and the number
    /// of panels of 6 rows that were computed.
    ///
    /// - Parameters:
    ///   - rows: vectors of the length `temperature`.
    ///   - positions: where they are in the order, if there are bounds.
    private func floatCandidates(
        of rows: Aligned<Float>, _ count: Int, boundedBy bounds: Bounds?, _ order: QueryOrder, _ positions: Range<Int>
    ) -> (lists: CandidateLists, panels: Int) {
        let lists = CandidateLists(rows: count, columns: sources.count)
        for row in 0..<count { lists.setMargin(of: row, to: margin) }
        let size = AnchorIndex.tileRowCount
        let packed = Aligned<Float>(room: size * vectors.dimension)
        unsafe focus_pack_rows(rows.start, count, vectors.dimension, packed.start)
        let panels = panels
        var computed: UInt64 = 0
        if let bounds {
            let width = bounds.sketch.count
            let sketches = Aligned<Float>(room: size * width)
            // The margin covers the rounding of this product.
            let scaled = order.sketches[(positions.lowerBound * width)..<positions.upperBound * width].map {
                $0 * Float(temperature)
            }
            unsafe focus_pack_rows(scaled, count, width, sketches.start)
            var bound = unsafe focus_bounds(rows: sketches.start, panels: bounds.panels.start, dimension: width)
            let startPanel = order.startPanelOfTile[positions.lowerBound / size]
            unsafe focus_find_candidates_at(
                level, packed.start, count, panels.start, sources.count, startPanel, vectors.dimension, &bound,
                lists.start, &computed)
        } else {
            unsafe focus_find_candidates_at(
                level, packed.start, count, panels.start, sources.count, 0, vectors.dimension, nil, lists.start,
                &computed)
        }
        return (lists, Int(computed))
    }

    /// How many panels of 6 rows there are to compare `queryCount` new tokens with all anchors.
    func panelCount(forTileOf queryCount: Int) -> Int {
        let groups = (queryCount + FOCUS_ROW_GROUP - 1) / FOCUS_ROW_GROUP
        return groups * ((sources.count + FOCUS_PANEL_WIDTH - 1) / FOCUS_PANEL_WIDTH)
    }

    /// The scores, in double precision, of all anchors in the support of a new token, and of few others.
    ///
    /// The most probable ones come first: the threshold of their sparsemax is no higher than that of all scores, and
    /// rules out most of the other candidates.
    private func exactScores(
        of query: Int, _ inverseNorm: Double, _ lists: CandidateLists, _ row: Int
    ) -> [(anchor: Int, score: Double)] {
        guard !lists.isOverflowed(row) else { return scores(of: query, inverseNorm, with: Array(sources.indices)) }
        let bound = lists.bound(of: row)
        let first = lists.columns(of: row, above: bound, upTo: .infinity)
        var scores = scores(of: query, inverseNorm, with: first.map { anchorOfColumn[$0] })
        guard let largest = scores.lazy.map(\.score).max() else {
            return self.scores(of: query, inverseNorm, with: Array(sources.indices))
        }
        let descending = scores.map { $0.score - largest }.sorted(by: >)
        let threshold = Sparsemax.threshold(ofDescending: descending) + largest
        let rest = lists.columns(of: row, above: threshold - lists.error(of: row), upTo: bound)
        scores += self.scores(of: query, inverseNorm, with: rest.map { anchorOfColumn[$0] })
        // Far more than the rounding error of the threshold.
        let slack = 1e-9 * max(1, temperature)
        return scores.filter { $0.score > threshold - slack }.sorted { $0.anchor < $1.anchor }
    }

    /// The scores of some anchors: their cosines times the temperature.
    private func scores(of query: Int, _ inverseNorm: Double, with anchors: [Int]) -> [(anchor: Int, score: Double)] {
        zip(anchors, cosines(of: query, inverseNorm, with: anchors)).map { ($0, $1 * temperature) }
    }
}
