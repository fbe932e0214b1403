private import CKernels

/// The rows of a source tensor as floats, a row a token.
///
/// A tensor whose vocabulary axis is not its first, or that has more than two, is shown as if it were [rows, width].
public protocol RowSource: Sendable {
    /// The error that reading may throw; `Never` for rows in memory.
    associatedtype Failure: Error = Never

    /// The number of rows.
    var rowCount: Int { get }
    /// The number of elements of a row.
    var width: Int { get }

    /// Calls `body` once with the elements of `rows`, row-major, `rows.count * width` of them; from any thread.
    ///
    /// - Throws: what reading the rows throws.
    func withRows(_ rows: Range<Int>, _ body: (Span<Float>) -> Void) throws(Failure)

    /// Adds some rows, each times its weight times `factor`, to `sums` in their order and in double precision; from
    /// any thread.
    ///
    /// - Throws: what reading the rows throws.
    func add(
        _ rows: Span<Int32>, weights: Span<Double>, times factor: Double, to sums: inout [Double]
    ) throws(Failure)
}

extension RowSource {
    /// Adds some rows, which are read one by one.
    ///
    /// - Throws: what reading the rows throws.
    public func add(
        _ rows: Span<Int32>, weights: Span<Double>, times factor: Double, to sums: inout [Double]
    ) throws(Failure) {
        let width = sums.count
        for index in rows.indices {
            let (row, weight) = (Int(rows[index]), weights[index] * factor)
            try withRows(row..<row + 1) { elements in
                precondition(elements.count == width)
                unsafe elements.withUnsafeBufferPointer {
                    unsafe focus_add_weighted(&sums, $0.baseAddress, weight, width)
                }
            }
        }
    }
}

/// Rows in an array.
public struct ArrayRows: RowSource {
    /// The elements, row-major.
    public let values: [Float]
    /// The number of elements of a row.
    public let width: Int

    /// Makes rows of `values`, whose number must be a multiple of `width`.
    public init(_ values: [Float], width: Int) {
        precondition(width > 0 && values.count.isMultiple(of: width))
        self.values = values
        self.width = width
    }

    /// The number of rows.
    public var rowCount: Int { values.count / width }

    /// Lends rows.
    public func withRows(_ rows: Range<Int>, _ body: (Span<Float>) -> Void) {
        body(values.span.extracting((rows.lowerBound * width)..<(rows.upperBound * width)))
    }
}
