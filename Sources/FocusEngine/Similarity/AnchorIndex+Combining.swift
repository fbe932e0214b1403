private import CKernels
internal import Parallel
internal import Synchronization

extension AnchorIndex {
    /// The order in which to compare new tokens.
    ///
    /// - Parameter queries: the indices of their vectors.
    func order(of queries: [Int], workers: Workers) -> QueryOrder {
        guard let bounds, !queries.isEmpty else { return QueryOrder(unchanged: queries.count) }
        let width = bounds.sketch.count
        let size = AnchorIndex.tileRowCount
        let parts = workers.map((queries.count + 63) / 64) { part in
            let some = queries[(part * 64)..<min(queries.count, (part + 1) * 64)]
            var short = [Float](repeating: 0, count: some.count * width)
            let unit = AnchorIndex.rows(some, times: AnchorIndex.inverseNorms(of: some, vectors), vectors)
            unsafe bounds.sketch.sketch(unit.start, some.count, to: &short)
            return short
        }
        let short = Array(parts.joined())
        let (places, centers) = unsafe short.withUnsafeBufferPointer {
            unsafe bounds.clusters.order($0.baseAddress!, queries.count, workers: workers)
        }
        let tiles = stride(from: 0, to: queries.count, by: size)
        return QueryOrder(
            places: places, sketches: places.flatMap { short[($0 * width)..<($0 + 1) * width] },
            firstPanels: tiles.map { first in
                let center = centers[min(first + size / 2, queries.count - 1)]
                return center < bounds.firstPanels.count ? bounds.firstPanels[center] : 0
            })
    }

    /// The combinations of source rows for the new tokens of one tile.
    ///
    /// - Parameters:
    ///   - queries: the indices of all their vectors.
    ///   - order: their order.
    /// - Returns: the combinations in that order, and the number of panels of 6 rows that were computed.
    func combinations(
        forTile tile: Int, of queries: [Int], in order: QueryOrder
    ) -> (combinations: Combinations, panels: Int) {
        let size = AnchorIndex.tileRowCount
        let places = (tile * size)..<min(queries.count, (tile + 1) * size)
        let tileQueries = order.places[places].map { queries[$0] }
        let norms = AnchorIndex.inverseNorms(of: tileQueries[...], vectors)
        let rows = AnchorIndex.rows(tileQueries[...], times: norms.map { $0 * temperature }, vectors)
        let (found, panels): ([(lists: CandidateLists, row: Int)], Int)
        if let quantized {
            let lists = CandidateLists(rows: tileQueries.count, columns: sources.count)
            quantized.findCandidates(of: rows, tileQueries.count, temperature: temperature, margin: margin, in: lists)
            (found, panels) = settled(lists, tileQueries, norms, order, places)
        } else {
            let (lists, computed) = candidates(of: rows, tileQueries.count, boundedBy: bounds, order, places)
            (found, panels) = (tileQueries.indices.map { (lists, $0) }, computed)
        }
        var result = Combinations()
        for (row, query) in tileQueries.enumerated() {
            result.append(exactScores(of: query, norms[row], found[row].lists, found[row].row), sources: sources)
        }
        return (result, panels)
    }

    /// For each new token of a tile the list to take: where integers leave too many candidates, single precision may not.
    private func settled(
        _ lists: CandidateLists, _ queries: [Int], _ norms: [Double], _ order: QueryOrder, _ places: Range<Int>
    ) -> (found: [(lists: CandidateLists, row: Int)], panels: Int) {
        var found = queries.indices.map { (lists: lists, row: $0) }
        let open = queries.indices.filter(lists.isOverflowed)
        guard !open.isEmpty else { return (found, 0) }
        let rows = AnchorIndex.rows(open.map { queries[$0] }[...], times: open.map { norms[$0] * temperature }, vectors)
        let (openLists, panels) = candidates(of: rows, open.count, boundedBy: nil, order, places)
        for (index, row) in open.enumerated() { found[row] = (openLists, index) }
        return (found, panels)
    }

    /// Four times what a score in single precision may be off by.
    private var margin: Double {
        temperature * Double(vectors.dimension + 8) * AnchorIndex.marginPerDimension
    }

    /// The columns that may be in the support of each of `count` rows, by scores in single precision, and the number of panels of 6 rows that were
    /// computed.
    ///
    /// - Parameters:
    ///   - rows: vectors of the length `temperature`.
    ///   - places: where they are in the order, if there are bounds.
    private func candidates(
        of rows: Aligned<Float>, _ count: Int, boundedBy bounds: Bounds?, _ order: QueryOrder, _ places: Range<Int>
    ) -> (lists: CandidateLists, panels: Int) {
        let lists = CandidateLists(rows: count, columns: sources.count)
        for row in 0..<count { lists.setMargin(of: row, to: margin) }
        let size = AnchorIndex.tileRowCount
        let packed = Aligned<Float>(room: size * vectors.dimension)
        unsafe focus_pack_rows(rows.start, count, vectors.dimension, packed.start)
        var computed: UInt64 = 0
        if let bounds {
            let width = bounds.sketch.count
            let short = Aligned<Float>(room: size * width)
            // What scaling rounds off is within the margin.
            let scaled = order.sketches[(places.lowerBound * width)..<places.upperBound * width].map {
                $0 * Float(temperature)
            }
            unsafe focus_pack_rows(scaled, count, width, short.start)
            var bound = unsafe focus_bounds(rows: short.start, panels: bounds.panels.start, dimension: width)
            unsafe focus_find_candidates_at(
                level, packed.start, count, panels.start, sources.count, order.firstPanels[places.lowerBound / size],
                vectors.dimension, &bound, lists.start, &computed)
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
    /// Those that are most probably in it come first: the threshold of their sparsemax is no higher than that of all scores, and rules out most of
    /// the other candidates.
    private func exactScores(
        of query: Int, _ norm: Double, _ lists: CandidateLists, _ row: Int
    ) -> [(anchor: Int, score: Double)] {
        guard !lists.isOverflowed(row) else { return scores(of: query, norm, with: Array(sources.indices)) }
        let bound = lists.bound(of: row)
        let first = lists.columns(of: row, above: bound, upTo: .infinity)
        var scores = scores(of: query, norm, with: first.map { columns[$0] })
        guard let largest = scores.lazy.map(\.score).max() else {
            return self.scores(of: query, norm, with: Array(sources.indices))
        }
        let descending = scores.map { $0.score - largest }.sorted(by: >)
        let threshold = Sparsemax.threshold(ofDescending: descending) + largest
        let rest = lists.columns(of: row, above: threshold - lists.error(of: row), upTo: bound)
        scores += self.scores(of: query, norm, with: rest.map { columns[$0] })
        // Far more than what rounding makes of the threshold.
        let slack = 1e-9 * max(1, temperature)
        return scores.filter { $0.score > threshold - slack }.sorted { $0.anchor < $1.anchor }
    }

    /// The scores of some anchors: their cosines times the temperature.
    private func scores(of query: Int, _ norm: Double, with anchors: [Int]) -> [(anchor: Int, score: Double)] {
        zip(anchors, cosines(of: query, norm, with: anchors)).map { ($0, $1 * temperature) }
    }
}
