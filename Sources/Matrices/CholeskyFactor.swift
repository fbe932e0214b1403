internal import CKernels
public import Parallel

/// The lower triangle L of the Cholesky decomposition L L' of a symmetric positive definite matrix.
public struct CholeskyFactor: Sendable {
    /// The number of rows.
    let size: Int
    /// The lower triangle, [size, size], with what was above the diagonal still there.
    let lower: [Double]
    /// The blocks on the diagonal.
    let blocks: [TriangularBlock]

    /// Decomposes a matrix of which only the lower triangle is read; nil where it is not positive definite.
    ///
    /// The same bytes on any number of threads.
    public init?(of symmetric: DoubleMatrix, workers: Workers) {
        precondition(symmetric.rows == symmetric.columns, "the matrix is not square")
        let size = symmetric.rows
        var values = symmetric.values
        let blocks = unsafe values.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.map { unsafe CholeskyFactor.decompose($0, size, workers) } ?? []
        }
        guard let blocks else { return nil }
        self.size = size
        self.lower = values
        self.blocks = blocks
    }

    /// Decomposes in place; nil where the matrix is not positive definite.
    private static func decompose(
        _ values: UnsafeMutablePointer<Double>, _ size: Int, _ workers: Workers
    ) -> [TriangularBlock]? {
        let scratch = DoubleProduct.makeScratch()
        let side = TriangularBlock.side
        var blocks: [TriangularBlock] = []
        for start in stride(from: 0, to: size, by: side) {
            let width = min(side, size - start)
            let diagonal = (0..<width * width).map { index in
                unsafe values[(start + index / width) * size + start + index % width]
            }
            guard let block = TriangularBlock(decomposing: diagonal, size: width) else { return nil }
            for (index, value) in block.lower.enumerated() where index % width <= index / width {
                unsafe values[(start + index / width) * size + start + index % width] = value
            }
            blocks.append(block)
            unsafe divide(values, size, start, by: block, scratch, workers)
            unsafe subtract(values, size, start, start + width, scratch, workers)
        }
        return blocks
    }

    /// Multiplies what is below a block by the transpose of its inverse.
    private static func divide(
        _ values: UnsafeMutablePointer<Double>, _ size: Int, _ start: Int, by block: TriangularBlock,
        _ scratch: ScratchPool<Double>, _ workers: Workers
    ) {
        let (width, height) = (block.size, 128)
        let first = start + width
        let values = unsafe SharedPointer(values)
        workers.forEach((size - first + height - 1) / height) { part in
            let row = first + part * height
            let rows = min(height, size - row)
            let panel = unsafe values.pointer + (row * size + start)
            let quotient = Aligned<Double>(room: rows * width)
            unsafe block.inverse.withUnsafeBufferPointer { inverse in
                guard let inverse = inverse.baseAddress else { return }
                let product = unsafe DoubleProduct(
                    focus_factor(panel, along: 1, across: size), focus_factor(inverse, along: 1, across: width),
                    depth: width, .replacing, into: quotient.start, stride: width)
                scratch.lend { product.compute(rows: 0..<rows, columns: 0..<width, scratch: $0) }
            }
            for row in 0..<rows {
                unsafe (panel + row * size).update(from: quotient.start + row * width, count: width)
            }
        }
    }

    /// Subtracts the product of what is below a block and its transpose from the lower triangle that is left.
    private static func subtract(
        _ values: UnsafeMutablePointer<Double>, _ size: Int, _ start: Int, _ first: Int,
        _ scratch: ScratchPool<Double>, _ workers: Workers
    ) {
        let panel = unsafe focus_factor(values + (first * size + start), along: 1, across: size)
        let product = unsafe DoubleProduct(
            panel, panel, depth: first - start, .subtracting, into: values + (first * size + first), stride: size)
        let rest = size - first
        let squares = LowerSquares(of: rest)
        workers.forEach(squares.count) { index in
            let square = squares[index]
            scratch.lend { product.compute(rows: square.rows, columns: square.columns, scratch: $0) }
        }
    }
}
