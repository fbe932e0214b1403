internal import CKernels
public import Parallel

extension CholeskyFactor {
    /// The solution X of A X = B, where A is what was decomposed: [rows of A, columns of B].
    ///
    /// The same bytes on any number of threads.
    public func solve(_ right: DoubleMatrix, workers: Workers) -> DoubleMatrix {
        precondition(right.rows == size, "the right side has other rows than the matrix")
        var solution = right
        let width = CholeskyFactor.width(of: right.columns, workers)
        let scratch = DoubleProduct.makeScratch()
        unsafe solution.values.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress, size > 0 else { return }
            let first = unsafe SharedPointer(start)
            workers.forEach((right.columns + width - 1) / width) { part in
                let column = part * width
                scratch.lend {
                    unsafe solve(
                        first.pointer + column, columns: min(width, right.columns - column), stride: right.columns, $0)
                }
            }
        }
        return solution
    }

    /// The columns that a thread solves for at once.
    private static func width(of columns: Int, _ workers: Workers) -> Int {
        let part = (columns + 2 * workers.count - 1) / (2 * workers.count)
        return min(max((part + 15) / 16 * 16, 16), Int(FOCUS_PRODUCT_BLOCK))
    }

    /// Solves for some columns in place: L Y = B, then L' X = Y, a block of rows after the other.
    private func solve(
        _ values: UnsafeMutablePointer<Double>, columns: Int, stride: Int, _ scratch: Aligned<Double>
    ) {
        unsafe lower.withUnsafeBufferPointer { lower in
            guard let lower = lower.baseAddress else { return }
            let side = TriangularBlock.side
            for (index, block) in blocks.enumerated() {
                let start = index * side
                let rows = unsafe values + start * stride
                unsafe multiply(rows, by: block, isTransposed: false, columns, stride, scratch)
                let rest = start + block.size
                let product = unsafe DoubleProduct(
                    focus_factor(lower + (rest * size + start), along: 1, across: size),
                    focus_factor(UnsafePointer(rows), along: stride, across: 1), depth: block.size, .subtracting,
                    into: values + rest * stride, stride: stride)
                product.compute(rows: 0..<size - rest, columns: 0..<columns, scratch: scratch)
            }
            for (index, block) in blocks.enumerated().reversed() {
                let start = index * side
                let rows = unsafe values + start * stride
                unsafe multiply(rows, by: block, isTransposed: true, columns, stride, scratch)
                let product = unsafe DoubleProduct(
                    focus_factor(lower + start * size, along: size, across: 1),
                    focus_factor(UnsafePointer(rows), along: stride, across: 1), depth: block.size, .subtracting,
                    into: values, stride: stride)
                product.compute(rows: 0..<start, columns: 0..<columns, scratch: scratch)
            }
        }
    }

    /// Multiplies rows by the inverse of a block, or by its transpose.
    private func multiply(
        _ rows: UnsafeMutablePointer<Double>, by block: TriangularBlock, isTransposed: Bool, _ columns: Int,
        _ stride: Int, _ scratch: Aligned<Double>
    ) {
        let result = Aligned<Double>(room: block.size * columns)
        unsafe block.inverse.withUnsafeBufferPointer { inverse in
            guard let inverse = inverse.baseAddress else { return }
            let product = unsafe DoubleProduct(
                focus_factor(inverse, along: isTransposed ? block.size : 1, across: isTransposed ? 1 : block.size),
                focus_factor(UnsafePointer(rows), along: stride, across: 1), depth: block.size, .replacing,
                into: result.start, stride: columns)
            product.compute(rows: 0..<block.size, columns: 0..<columns, scratch: scratch)
        }
        for row in 0..<block.size {
            unsafe (rows + row * stride).update(from: result.start + row * columns, count: columns)
        }
    }
}
