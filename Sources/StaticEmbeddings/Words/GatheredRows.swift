private import CKernels
internal import Parallel
internal import TensorIO

/// Rows of a matrix in a file, brought into memory in the order of the file.
struct GatheredRows: Sendable {
    private let set: RowSet
    private let dimension: Int
    private let values: Aligned<Float>

    /// The most bytes, from the first row to the last, that one call reads.
    private static let spanSize = 16 << 10
    /// Reading this many bytes that are not needed takes less time than another call.
    private static let gapSize = 4 << 10

    /// Reads the rows `set` of a matrix of `dimension` columns that begins at `start` in `file`.
    init(_ set: RowSet, of file: MappedFile, start: Int, dimension: Int, workers: Workers) {
        let values = Aligned<Float>(room: set.count * dimension, inLargePages: true)
        let rows = set.rows
        let partSize = 2048
        workers.forEach((rows.count + partSize - 1) / partSize) { part in
            let indices = part * partSize..<min(rows.count, (part + 1) * partSize)
            GatheredRows.read(rows, indices, of: file, start: start, dimension: dimension, to: values)
        }
        self.set = set
        self.dimension = dimension
        self.values = values
    }

    /// Reads the rows with some indices: those that are near each other by one call.
    private static func read(
        _ rows: [UInt32], _ indices: Range<Int>, of file: MappedFile, start: Int, dimension: Int,
        to values: Aligned<Float>
    ) {
        let rowSize = dimension * 4
        unsafe withUnsafeTemporaryAllocation(
            byteCount: max(rowSize, GatheredRows.spanSize), alignment: 16
        ) { span in
            var first = indices.lowerBound
            while first < indices.upperBound {
                let origin = Int(rows[first]) * rowSize
                var (last, end) = (first, origin + rowSize)
                while last + 1 < indices.upperBound {
                    let next = Int(rows[last + 1]) * rowSize
                    guard next - end <= GatheredRows.gapSize, next + rowSize - origin <= GatheredRows.spanSize else {
                        break
                    }
                    (last, end) = (last + 1, next + rowSize)
                }
                let bytes = unsafe UnsafeMutableRawBufferPointer(rebasing: span[..<(end - origin)])
                unsafe file.copy(start + origin..<start + end, to: bytes)
                for index in first...last {
                    let offset = Int(rows[index]) * rowSize - origin
                    let row = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + rowSize])
                    let target = unsafe values.span(index * dimension..<(index + 1) * dimension)
                    unsafe UnsafeMutableRawBufferPointer(target).copyMemory(from: row)
                }
                first = last + 1
            }
        }
    }

    /// Makes `mean` the mean of some rows of the set, summed in their order in single precision, as fastText does.
    func mean(of rows: ArraySlice<UInt32>, to mean: inout [Float]) {
        precondition(mean.count == dimension && !rows.isEmpty)
        let indices = rows.map { UInt32(set.index(of: Int($0))) }
        unsafe focus_mean_of_rows(&mean, values.buffer.baseAddress, indices, indices.count, dimension)
    }
}
