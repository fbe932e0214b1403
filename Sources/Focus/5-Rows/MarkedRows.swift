internal import FocusEngine
internal import Parallel
internal import Synchronization
internal import TensorIO

/// Rows that are marked as they are read: rows that are equal have one mark, and hardly any others do.
///
/// A mark is made of a row's first elements, which costs next to nothing beside whatever else the row is read for.
struct MarkedRows: RowSource {
    private let rows: SliceRows
    private let monitor: WorkMonitor
    private let marks = Marks()

    /// Elements that a mark is made of.
    private static let length = 16

    private final class Marks: Sendable {
        let values = Mutex<[UInt64]>([])
        let norms = Mutex<[Float]>([])
    }

    /// Makes rows that stop being read where `monitor` says so.
    init(_ rows: SliceRows, monitor: WorkMonitor) {
        (self.rows, self.monitor) = (rows, monitor)
        marks.values.withLock { $0 = Array(repeating: 0, count: rows.rowCount) }
        marks.norms.withLock { $0 = Array(repeating: .nan, count: rows.rowCount) }
    }

    var rowCount: Int { rows.rowCount }
    var width: Int { rows.width }

    func withRows(_ range: Range<Int>, _ body: (Span<Float>) -> Void) throws(FormatError) {
        if monitor.isCancelled { throw FormatError(.cancelled, "cancelled") }
        try rows.withRows(range) { elements in
            body(elements)
            let new = range.map { row in
                let start = (row - range.lowerBound) * width
                return MarkedRows.mark(of: elements.extracting(start..<start + min(width, MarkedRows.length)))
            }
            let norms = range.map { row in
                let start = (row - range.lowerBound) * width
                return MarkedRows.norm(of: elements.extracting(start..<start + width))
            }
            marks.values.withLock { marks in for (row, mark) in zip(range, new) { marks[row] = mark } }
            marks.norms.withLock { all in for (row, norm) in zip(range, norms) { all[row] = norm } }
        }
    }

    /// The mark of a row that begins with `elements`.
    private static func mark(of elements: Span<Float>) -> UInt64 {
        var mark: UInt64 = 0
        for index in elements.indices {
            mark = (mark ^ UInt64(elements[index].bitPattern)) &* 0x9E37_79B9_7F4A_7C15
            mark ^= mark >> 32
        }
        return mark
    }

    /// The Euclidean norm of a row, four elements at a time.
    private static func norm(of elements: Span<Float>) -> Float {
        var sums = SIMD4<Float>.zero
        var index = 0
        while index + 4 <= elements.count {
            let part = SIMD4(elements[index], elements[index + 1], elements[index + 2], elements[index + 3])
            sums += part * part
            index += 4
        }
        while index < elements.count {
            sums[0] += elements[index] * elements[index]
            index += 1
        }
        return sums.sum().squareRoot()
    }

    /// The norms of the rows; NaN for rows that were not read.
    var norms: [Float] { marks.norms.withLock { $0 } }

    /// The rows, ascending, whose mark some other row has, or zeros; nothing is said of rows that were not read.
    func suspects() -> [Int] {
        let marks = marks.values.withLock { $0 }
        // A hash table of rows with open addressing: the first of each mark. Zeros have the mark 0.
        let mask = max(16, marks.count * 2).nextPowerOfTwo - 1
        var slots = [Int32](repeating: -1, count: mask + 1)
        var isSuspect = marks.map { $0 == 0 }
        for (row, mark) in marks.enumerated() where mark != 0 {
            var slot = Int(truncatingIfNeeded: mark) & mask
            while slots[slot] >= 0, marks[Int(slots[slot])] != mark { slot = (slot + 1) & mask }
            if slots[slot] < 0 {
                slots[slot] = Int32(row)
            } else {
                isSuspect[row] = true
                isSuspect[Int(slots[slot])] = true
            }
        }
        return isSuspect.indices.filter { isSuspect[$0] }
    }
}

extension Int {
    /// The least power of two that is not less.
    fileprivate var nextPowerOfTwo: Int {
        1 << (bitWidth - (self - 1).leadingZeroBitCount)
    }
}
