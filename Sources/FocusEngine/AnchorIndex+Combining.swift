private import CKernels
internal import Synchronization

extension AnchorIndex {
    /// The order in which to compare new tokens.
    ///
    /// - Parameter queries: the indices of their vectors.
    func order(of queries: [Int], workers: Workers) -> QueryOrder {
        guard let bounds, !queries.isEmpty else { return QueryOrder(unchanged: queries.count) }
        let width = bounds.forms.count
        let size = AnchorIndex.tileRowCount
        let parts = workers.map((queries.count + 63) / 64) { part in
            let some = queries[(part * 64)..<min(queries.count, (part + 1) * 64)]
            var short = [Float](repeating: 0, count: some.count * width)
            let unit = AnchorIndex.rows(some, times: AnchorIndex.inverseNorms(of: some, vectors), vectors)
            unsafe bounds.forms.shorten(unit.start, some.count, to: &short)
            return short
        }
        let short = Array(parts.joined())
        let (places, centers) = unsafe short.withUnsafeBufferPointer {
            unsafe bounds.neighborhoods.order($0.baseAddress!, queries.count, workers: workers)
        }
        let tiles = stride(from: 0, to: queries.count, by: size)
        return QueryOrder(
            places: places, shortForms: places.flatMap { short[($0 * width)..<($0 + 1) * width] },
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
        let lists = CandidateLists(rows: tileQueries.count, columns: sources.count)
        let norms = AnchorIndex.inverseNorms(of: tileQueries[...], vectors)
        let rows = AnchorIndex.rows(tileQueries[...], times: norms.map { $0 * temperature }, vectors)
        let packed = AlignedFloats(room: size * vectors.dimension)
        unsafe focus_pack_rows(rows.start, tileQueries.count, vectors.dimension, packed.start)
        let margin = Float(temperature * Double(vectors.dimension + 8) * AnchorIndex.marginPerDimension).nextUp
        let computed: UInt64
        if let bounds {
            let width = bounds.forms.count
            let short = AlignedFloats(room: size * width)
            // What scaling rounds off is within the margin.
            let scaled = order.shortForms[(places.lowerBound * width)..<places.upperBound * width].map {
                $0 * Float(temperature)
            }
            unsafe focus_pack_rows(scaled, tileQueries.count, width, short.start)
            var bound = unsafe focus_bounds(rows: short.start, panels: bounds.panels.start, dimension: width)
            computed = unsafe focus_find_candidates(
                kernel, packed.start, tileQueries.count, panels.start, sources.count, order.firstPanels[tile],
                vectors.dimension, &bound, margin, lists.start)
        } else {
            computed = unsafe focus_find_candidates(
                kernel, packed.start, tileQueries.count, panels.start, sources.count, 0, vectors.dimension, nil, margin,
                lists.start)
        }
        return (exactCombinations(tileQueries, norms, lists), Int(computed))
    }

    /// How many panels of 6 rows there are to compare `queryCount` new tokens with all anchors.
    func panelCount(forTileOf queryCount: Int) -> Int {
        let groups = (queryCount + FOCUS_ROW_GROUP - 1) / FOCUS_ROW_GROUP
        return groups * ((sources.count + FOCUS_PANEL_WIDTH - 1) / FOCUS_PANEL_WIDTH)
    }

    /// The exact combinations of the candidates, in double precision.
    private func exactCombinations(_ queries: [Int], _ norms: [Double], _ lists: CandidateLists) -> Combinations {
        var result = Combinations()
        for (row, query) in queries.enumerated() {
            let anchors = lists.candidates(of: row)?.map { columns[$0] }.sorted() ?? Array(sources.indices)
            let cosines = cosines(of: query, norms[row], with: anchors)
            result.append(zip(anchors, cosines).map { ($0, $1 * temperature) }, sources: sources)
        }
        return result
    }
}
