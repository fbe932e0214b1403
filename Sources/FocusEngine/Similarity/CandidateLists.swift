internal import CKernels

/// A list of candidates for each row of a tile, filled by a kernel.
@safe final class CandidateLists {
    /// The most candidates that a list holds; a row with more is compared with all anchors exactly.
    private static let capacity = 2048

    private let lists: UnsafeMutableBufferPointer<focus_candidates>
    private let columns: UnsafeMutableBufferPointer<UInt32>
    private let scores: UnsafeMutableBufferPointer<Float>

    /// Makes a list for each of `rows`, which are compared with `columns`.
    init(rows: Int, columns columnCount: Int) {
        let capacity = min(CandidateLists.capacity, columnCount + 4 * FOCUS_PANEL_WIDTH)
        unsafe lists = .allocate(capacity: rows)
        unsafe columns = .allocate(capacity: rows * capacity)
        unsafe scores = .allocate(capacity: rows * capacity)
        for row in 0..<rows {
            unsafe lists.initializeElement(
                at: row,
                to: focus_candidates(
                    columns: columns.baseAddress! + row * capacity, scores: scores.baseAddress! + row * capacity,
                    capacity: UInt32(capacity), count: 0, trigger: 0, overflowed: 0, margin: 0, threshold: 0, bound: 0))
        }
    }

    /// The first of the lists.
    var start: UnsafeMutablePointer<focus_candidates> { unsafe lists.baseAddress! }

    /// Scores more than `margin` below the bound cannot be in the support.
    func setMargin(of row: Int, to margin: Double) {
        unsafe lists[row].margin = Float(margin).nextUp
    }

    /// Whether a list was full, so that it says nothing.
    func isOverflowed(_ row: Int) -> Bool { unsafe lists[row].overflowed != 0 }

    /// A lower bound of the threshold of the sparsemax of a row's scores.
    func bound(of row: Int) -> Double { unsafe lists[row].bound }

    /// The error bound of the scores in a row's list.
    func error(of row: Int) -> Double { unsafe Double(lists[row].margin) / 2 }

    /// The columns of a row whose scores are above `low` and not above `high`.
    func columns(of row: Int, above low: Double, upTo high: Double) -> [Int] {
        let list = unsafe lists[row]
        var selected: [Int] = []
        for index in 0..<Int(unsafe list.count) {
            let score = unsafe Double(list.scores[index])
            if score > low && score <= high { unsafe selected.append(Int(list.columns[index])) }
        }
        return selected
    }

    deinit {
        unsafe lists.deallocate()
        unsafe columns.deallocate()
        unsafe scores.deallocate()
    }
}
