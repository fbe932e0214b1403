private import CKernels
public import Parallel

extension FloatMatrix {
    /// The matrix, [m, k], times the transpose of weights, [n, k], plus a bias, [n]: [m, n].
    ///
    /// The same bytes on any number of threads, and in each row whatever the other rows are. The terms of a sum are
    /// added in order, 256 at a time.
    public func times(transposed weights: WeightMatrix, bias: [Float]? = nil, workers: Workers) -> FloatMatrix {
        unsafe weights.withUnsafeNumbers { numbers, type in
            unsafe times(transposed: numbers, type: type, outputs: weights.rows, weights.columns, bias, workers)
        }
    }

    /// The matrix, [m, k], times the transpose of another one, [n, k]: [m, n].
    ///
    /// The same bytes on any number of threads.
    public func times(transposed other: FloatMatrix, workers: Workers) -> FloatMatrix {
        unsafe other.values.withUnsafeBytes { numbers in
            unsafe times(
                transposed: numbers, type: Int(FOCUS_NUMBERS_F32), outputs: other.rows, other.columns, nil, workers)
        }
    }

    private func times(
        transposed numbers: UnsafeRawBufferPointer, type: Int, outputs: Int, _ inputs: Int, _ bias: [Float]?,
        _ workers: Workers
    ) -> FloatMatrix {
        precondition(columns == inputs, "the matrix has other inputs than the weights")
        precondition(bias == nil || bias?.count == outputs, "the bias is not one number an output")
        let parts = ProductParts(rows: rows, columns: outputs, depth: columns, workers: workers)
        let scratch = ScratchPool<Float>(of: Int(FOCUS_PRODUCT_SCRATCH))
        let size = type == FOCUS_NUMBERS_F32 ? 4 : 2
        let weights = unsafe SharedPointer(numbers.baseAddress)
        let product = unsafe [Float](unsafeUninitializedCapacity: rows * outputs) { buffer, count in
            count = rows * outputs
            guard count > 0, let start = buffer.baseAddress else { return }
            let target = unsafe SharedPointer(start)
            workers.forEach(parts.count) { index in
                let part = parts[index]
                let (first, column) = (part.rows.lowerBound, part.columns.lowerBound)
                scratch.lend { scratch in
                    unsafe values.withUnsafeBufferPointer { values in
                        unsafe withBias(bias, from: column) { bias in
                            unsafe focus_multiply_weights(
                                values.baseAddress.map { unsafe $0 + first * columns }, part.rows.count, columns,
                                weights.pointer.map { unsafe $0 + column * columns * size }, Int32(type),
                                part.columns.count, bias, target.pointer + (first * outputs + column), outputs,
                                scratch.start)
                        }
                    }
                }
            }
        }
        return FloatMatrix(rows: rows, columns: outputs, values: product)
    }

    private func withBias(_ bias: [Float]?, from column: Int, _ body: (UnsafePointer<Float>?) -> Void) {
        guard let bias else { return body(nil) }
        unsafe bias.withUnsafeBufferPointer { numbers in
            unsafe body(numbers.baseAddress.map { unsafe $0 + column })
        }
    }
}
