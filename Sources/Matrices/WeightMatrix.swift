private import CKernels

/// The weights of a linear layer as they are stored: [rows, columns], where rows are outputs and columns are inputs.
///
/// They stay in the type that they came in, so that a matrix of 16-bit numbers takes no more room than its file.
public struct WeightMatrix: Sendable {
    enum Storage: Sendable {
        case float([Float])
        case bfloat16([UInt16])
        case float16([UInt16])
    }

    /// The number of outputs.
    public let rows: Int
    /// The number of inputs.
    public let columns: Int
    let storage: Storage

    /// Makes weights of floats, row after row; there must be `rows` times `columns` of them.
    public init(rows: Int, columns: Int, floats: [Float]) {
        self.init(rows: rows, columns: columns, storage: .float(floats), count: floats.count)
    }

    /// Makes weights of the bits of bfloat16 numbers, row after row; there must be `rows` times `columns` of them.
    public init(rows: Int, columns: Int, bfloat16: [UInt16]) {
        self.init(rows: rows, columns: columns, storage: .bfloat16(bfloat16), count: bfloat16.count)
    }

    /// Makes weights of the bits of float16 numbers, row after row; there must be `rows` times `columns` of them.
    public init(rows: Int, columns: Int, float16: [UInt16]) {
        self.init(rows: rows, columns: columns, storage: .float16(float16), count: float16.count)
    }

    private init(rows: Int, columns: Int, storage: Storage, count: Int) {
        precondition(rows >= 0 && columns >= 0 && count == rows * columns, "weights do not fill the matrix")
        self.rows = rows
        self.columns = columns
        self.storage = storage
    }

    /// The weights of a row, as floats.
    public func row(_ index: Int) -> [Float] {
        precondition(index >= 0 && index < rows, "there is no such row")
        let range = index * columns..<(index + 1) * columns
        var row = [Float](repeating: 0, count: columns)
        switch storage {
        case .float(let values): return Array(values[range])
        case .bfloat16(let bits): unsafe focus_bf16_to_f32(Array(bits[range]), &row, columns)
        case .float16(let bits): unsafe focus_f16_to_f32(Array(bits[range]), &row, columns)
        }
        return row
    }

    /// Lends the numbers, row after row, and their type as kernels name it.
    func withUnsafeNumbers<Result>(_ body: (UnsafeRawBufferPointer, Int) -> Result) -> Result {
        switch storage {
        case .float(let values): unsafe values.withUnsafeBytes { unsafe body($0, Int(FOCUS_NUMBERS_F32)) }
        case .bfloat16(let bits): unsafe bits.withUnsafeBytes { unsafe body($0, Int(FOCUS_NUMBERS_BF16)) }
        case .float16(let bits): unsafe bits.withUnsafeBytes { unsafe body($0, Int(FOCUS_NUMBERS_F16)) }
        }
    }
}
