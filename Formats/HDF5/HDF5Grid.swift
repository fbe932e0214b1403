/// How a tensor is cut into chunks of one shape; those at the edges go over it.
struct HDF5Grid: Sendable {
    let shape: [Int]
    let chunk: [Int]
    /// The size of an element in bytes.
    let width: Int

    /// The size of a row of the tensor in bytes.
    var rowSize: Int {
        shape[1...].reduce(width, *)
    }

    /// The size of a band in bytes, and never less than that of one chunk.
    var bandByteCount: Int {
        let (band, overflow) = rowSize.multipliedReportingOverflow(by: chunk[0])
        return overflow ? .max : max(band, chunkByteCount)
    }

    /// The size of a chunk in bytes, or a very large number.
    var chunkByteCount: Int {
        chunk.reduce(width) { product, size in
            let (value, overflow) = product.multipliedReportingOverflow(by: size)
            return overflow ? .max >> 1 : min(value, .max >> 1)
        }
    }

    /// Steps to the next chunk of the band; false after the last.
    func advance(_ origin: inout [Int]) -> Bool {
        for axis in (1..<max(1, shape.count)).reversed() {
            origin[axis] += chunk[axis]
            if origin[axis] < shape[axis] { return true }
            origin[axis] = 0
        }
        return false
    }

    /// Copies the part of a chunk that is inside of the tensor to its place among the rows from `firstRow` on.
    func place(_ contents: [UInt8], _ origin: [Int], firstRow: Int, in output: inout [UInt8]) {
        let rank = shape.count
        let inside = (0..<rank).map { min(chunk[$0], shape[$0] - origin[$0]) }
        // Trailing axes that the chunk covers whole are one run with the axis before them.
        var axis = rank - 1
        while axis > 0, chunk[axis] == shape[axis] { axis -= 1 }
        let runElements = shape[(axis + 1)...].reduce(1, *)
        let run = inside[axis] * runElements * width
        var index = [Int](repeating: 0, count: axis)
        while true {
            var from = 0
            var to = 0
            for (place, size) in index.enumerated() {
                from = from * chunk[place] + size
                to = to * shape[place] + origin[place] + size - (place == 0 ? firstRow : 0)
            }
            from = from * chunk[axis] * runElements * width
            to = (to * shape[axis] + origin[axis] - (axis == 0 ? firstRow : 0)) * runElements * width
            unsafe output.withUnsafeMutableBytes { target in
                unsafe contents.withUnsafeBytes { source in
                    unsafe UnsafeMutableRawBufferPointer(rebasing: target[to..<to + run])
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[from..<from + run]))
                }
            }
            var next = axis - 1
            while next >= 0 {
                index[next] += 1
                if index[next] < inside[next] { break }
                index[next] = 0
                next -= 1
            }
            if next < 0 { return }
        }
    }
}
