/// How the rows of a box are spread over the tensor that it was cut out of.
package struct ChunkRows {
    /// How many rows there are, and how long one is.
    package let count: Int
    package let byteCount: Int
    /// The axes outside of a row: how many steps, and how many bytes of the tensor a step is.
    private let axes: [(count: Int, stride: Int)]

    /// The rows of the box `box` of a tensor of `shape`; nil where they lie one after another in the tensor, too.
    ///
    /// The box has elements, and is inside of the tensor.
    package init?(of box: ChunkBox, in shape: [Int], elementByteCount: Int) {
        // A row takes in all axes that the box has the whole of, and one more.
        var axis = shape.count
        var rowByteCount = elementByteCount
        while axis > 0 {
            axis -= 1
            rowByteCount *= box.sizes[axis]
            if box.sizes[axis] != shape[axis] { break }
        }
        var stride = elementByteCount
        var strides: [Int] = []
        for size in shape.reversed() {
            strides.append(stride)
            stride *= size
        }
        strides.reverse()
        let axes = (0..<axis).filter { box.sizes[$0] > 1 }.map { (count: box.sizes[$0], stride: strides[$0]) }
        guard !axes.isEmpty else { return nil }
        self.axes = axes
        count = axes.reduce(1) { $0 * $1.count }
        byteCount = rowByteCount
    }

    /// Where row number `row` begins in the tensor, in bytes, where the first begins at `first`.
    package func start(of row: Int, from first: Int) -> Int {
        var (rest, start) = (row, first)
        for (count, stride) in axes.reversed() {
            start += rest % count * stride
            rest /= count
        }
        return start
    }

    /// The first row that ends after byte `place` of the tensor, or `count`.
    package func firstRow(after place: Int, from first: Int) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = low + (high - low) / 2
            if start(of: middle, from: first) + byteCount > place { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
