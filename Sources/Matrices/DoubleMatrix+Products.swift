internal import CKernels
public import Parallel

extension DoubleMatrix {
    /// The transpose of rows of floats times themselves, X'X, in double precision: [columns, columns].
    ///
    /// The same bytes on any number of threads.
    public static func gram(of x: FloatMatrix, workers: Workers) -> DoubleMatrix {
        let size = x.columns
        let squares = LowerSquares(of: size)
        return unsafe DoubleMatrix(rows: size, columns: size) { target in
            unsafe x.values.withUnsafeBufferPointer { values in
                guard let start = values.baseAddress else { return }
                let factor = unsafe focus_factor(start, along: size, across: 1)
                let product = unsafe DoubleProduct(
                    factor, factor, depth: x.rows, .replacing, into: target, stride: size)
                let scratch = DoubleProduct.makeScratch()
                let target = unsafe SharedPointer(target)
                workers.forEach(squares.count) { index in
                    let (rows, columns) = squares[index]
                    scratch.lend { product.compute(rows: rows, columns: columns, scratch: $0) }
                    guard rows != columns else { return }
                    for column in columns {
                        for row in rows {
                            unsafe target.pointer[column * size + row] = target.pointer[row * size + column]
                        }
                    }
                }
            }
        }
    }

    /// The transpose of rows of floats times other rows, X'Y, in double precision: [columns of X, columns of Y].
    ///
    /// The same bytes on any number of threads.
    public static func cross(_ x: FloatMatrix, _ y: FloatMatrix, workers: Workers) -> DoubleMatrix {
        precondition(x.rows == y.rows, "the matrices have different numbers of rows")
        return unsafe DoubleMatrix(rows: x.columns, columns: y.columns) { target in
            unsafe x.values.withUnsafeBufferPointer { left in
                unsafe y.values.withUnsafeBufferPointer { right in
                    guard let left = left.baseAddress, let right = right.baseAddress else { return }
                    let product = unsafe DoubleProduct(
                        focus_factor(left, along: x.columns, across: 1),
                        focus_factor(right, along: y.columns, across: 1), depth: x.rows, .replacing, into: target,
                        stride: y.columns)
                    compute(product, rows: x.columns, columns: y.columns, depth: x.rows, workers)
                }
            }
        }
    }

    /// The product with another matrix: [rows, columns of the other].
    ///
    /// The same bytes on any number of threads.
    public func times(_ other: DoubleMatrix, workers: Workers) -> DoubleMatrix {
        precondition(columns == other.rows, "the matrix has other columns than the other has rows")
        return unsafe DoubleMatrix(rows: rows, columns: other.columns) { target in
            unsafe values.withUnsafeBufferPointer { left in
                unsafe other.values.withUnsafeBufferPointer { right in
                    guard let left = left.baseAddress, let right = right.baseAddress else { return }
                    let product = unsafe DoubleProduct(
                        focus_factor(left, along: 1, across: columns),
                        focus_factor(right, along: other.columns, across: 1), depth: columns, .replacing,
                        into: target, stride: other.columns)
                    DoubleMatrix.compute(product, rows: rows, columns: other.columns, depth: columns, workers)
                }
            }
        }
    }

    private static func compute(
        _ product: DoubleProduct, rows: Int, columns: Int, depth: Int, _ workers: Workers
    ) {
        let parts = ProductParts(rows: rows, columns: columns, depth: depth, workers: workers)
        let scratch = DoubleProduct.makeScratch()
        workers.forEach(parts.count) { index in
            let part = parts[index]
            scratch.lend { product.compute(rows: part.rows, columns: part.columns, scratch: $0) }
        }
    }

    /// Makes a matrix of zeros and lets its values be written, where there are any.
    private init(rows: Int, columns: Int, _ write: (UnsafeMutablePointer<Double>) -> Void) {
        self.init(rows: rows, columns: columns)
        unsafe values.withUnsafeMutableBufferPointer { buffer in
            if let start = buffer.baseAddress, !buffer.isEmpty { unsafe write(start) }
        }
    }
}
