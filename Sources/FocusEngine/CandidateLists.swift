internal import CKernels

/// Room for what the kernel finds for the rows of a tile.
@safe final class CandidateLists {
    /// The most candidates that are kept of one row; where there are more, all anchors are compared exactly.
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
                    capacity: UInt32(capacity), count: 0, trigger: 0, overflowed: 0, threshold: 0, bound: 0))
        }
    }

    /// The first of the lists.
    var start: UnsafeMutablePointer<focus_candidates> { unsafe lists.baseAddress! }

    /// The columns that may be in the support of a row; nil where that may be any.
    func candidates(of row: Int) -> [Int]? {
        let list = unsafe lists[row]
        guard unsafe list.overflowed == 0 else { return nil }
        return unsafe (0..<Int(list.count)).map { unsafe Int(list.columns[$0]) }
    }

    deinit {
        unsafe lists.deallocate()
        unsafe columns.deallocate()
        unsafe scores.deallocate()
    }
}
