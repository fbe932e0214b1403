internal import CKernels
internal import Matrices
internal import Parallel

/// What is done to states row by row, cut among threads into bands of rows.
extension FloatMatrix {
    /// How many rows a thread takes at once.
    private static let bandHeight = 32

    /// Calls `body` for each band of rows with its range and the address of the first row of the matrix.
    mutating func forEachBand(
        _ workers: Workers, _ body: @Sendable (Range<Int>, UnsafeMutablePointer<Float>) -> Void
    ) {
        let (rows, height) = (rows, FloatMatrix.bandHeight)
        guard rows > 0, columns > 0 else { return }
        unsafe values.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            let shared = unsafe SharedPointer(start)
            workers.forEach((rows + height - 1) / height) { band in
                let first = band * height
                unsafe body(first..<Swift.min(rows, first + height), shared.pointer)
            }
        }
    }

    /// The rows, normalised.
    func normalized(_ norm: LoadedNorm, _ workers: Workers) -> FloatMatrix {
        var result = FloatMatrix(rows: rows, columns: columns)
        let width = columns
        unsafe values.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            let shared = unsafe SharedPointer(source)
            unsafe result.forEachBand(workers) { band, target in
                let start = band.lowerBound * width
                unsafe norm.apply(
                    to: shared.pointer + start, count: band.count, stride: width, into: target + start)
            }
        }
        return result
    }

    /// Normalises the rows.
    mutating func normalize(_ norm: LoadedNorm, _ workers: Workers) {
        let width = columns
        unsafe forEachBand(workers) { band, start in
            let rows = unsafe start + band.lowerBound * width
            unsafe norm.apply(to: rows, count: band.count, stride: width, into: rows)
        }
    }

    /// Adds a multiple of the rows of another matrix.
    mutating func add(_ other: FloatMatrix, times factor: Float, _ workers: Workers) {
        precondition(rows == other.rows && columns == other.columns, "matrices of different sizes")
        let width = columns
        unsafe other.values.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            let shared = unsafe SharedPointer(source)
            unsafe forEachBand(workers) { band, target in
                let start = band.lowerBound * width
                unsafe focus_add_scaled(target + start, shared.pointer + start, factor, band.count * width)
            }
        }
    }

    /// Applies an activation to all values.
    mutating func activate(_ activation: Activation, _ workers: Workers) {
        let width = columns
        unsafe forEachBand(workers) { band, start in
            unsafe focus_activate(start + band.lowerBound * width, band.count * width, activation.kernel)
        }
    }

    /// For rows of gates and then as many values: the activation of each gate times its value.
    func gated(_ activation: Activation, _ workers: Workers) -> FloatMatrix {
        var result = FloatMatrix(rows: rows, columns: columns / 2)
        let width = columns / 2
        unsafe values.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            let shared = unsafe SharedPointer(source)
            unsafe result.forEachBand(workers) { band, target in
                unsafe focus_gate(
                    shared.pointer + band.lowerBound * 2 * width, band.count, width, activation.kernel,
                    target + band.lowerBound * width)
            }
        }
        return result
    }

    /// Multiplies all values.
    mutating func scale(by factor: Float) {
        unsafe values.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            unsafe focus_scale(start, factor, buffer.count)
        }
    }

    /// Every value z becomes cap * tanh(z / cap).
    mutating func cap(at cap: Float) {
        unsafe values.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            unsafe focus_cap(start, cap, buffer.count)
        }
    }

    /// Whether no value is infinite or NaN.
    var isFinite: Bool {
        unsafe values.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return true }
            var finite: Int32 = 0
            unsafe focus_check_finite(start, buffer.count, &finite)
            return finite != 0
        }
    }
}

extension LoadedNorm {
    /// Normalises `count` rows that are `stride` apart.
    func apply(
        to rows: UnsafePointer<Float>, count: Int, stride: Int, into targets: UnsafeMutablePointer<Float>
    ) {
        let width = weights.count
        switch description.kind {
        case .rootMeanSquare:
            unsafe focus_normalize_square(
                rows, count, stride, width, weights, description.epsilon, targets, stride)
        case .layer:
            if let bias {
                unsafe focus_normalize_layer(
                    rows, count, stride, width, weights, bias, description.epsilon, targets, stride)
            } else {
                unsafe focus_normalize_layer(
                    rows, count, stride, width, weights, nil, description.epsilon, targets, stride)
            }
        }
    }
}

extension Activation {
    /// What the kernels call it.
    var kernel: Int32 {
        switch self {
        case .gelu: Int32(FOCUS_GELU)
        case .geluTanh: Int32(FOCUS_GELU_TANH)
        case .quickGelu: Int32(FOCUS_QUICK_GELU)
        case .silu: Int32(FOCUS_SILU)
        case .relu: Int32(FOCUS_RELU)
        case .squaredRelu: Int32(FOCUS_SQUARED_RELU)
        }
    }
}
