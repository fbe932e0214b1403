internal import CKernels
internal import Parallel

/// A product in double precision whose parts are computed one by one, on any thread.
@safe struct DoubleProduct {
    /// What becomes of the numbers that are there.
    enum Effect: Int32 {
        case replacing = 0
        case adding = 1
        case subtracting = -1
    }

    private let left: SharedPointer<focus_factor>
    private let right: SharedPointer<focus_factor>
    private let depth: Int
    private let effect: Effect
    private let result: SharedPointer<UnsafeMutablePointer<Double>>
    private let stride: Int

    /// Describes a product of sums of `depth` terms; a row of the result follows the one before after `stride` numbers.
    init(
        _ left: focus_factor, _ right: focus_factor, depth: Int, _ effect: Effect,
        into result: UnsafeMutablePointer<Double>, stride: Int
    ) {
        unsafe self.left = SharedPointer(left)
        unsafe self.right = SharedPointer(right)
        self.depth = depth
        self.effect = effect
        unsafe self.result = SharedPointer(result)
        self.stride = stride
    }

    /// Room for the parts of products.
    static func makeScratch() -> ScratchPool<Double> {
        ScratchPool(of: Int(FOCUS_PRODUCT_SCRATCH))
    }

    /// Computes some rows and columns.
    func compute(rows: Range<Int>, columns: Range<Int>, scratch: Aligned<Double>) {
        guard !rows.isEmpty else { return }
        var left = unsafe left.pointer.advanced(across: rows.lowerBound)
        for column in Swift.stride(from: columns.lowerBound, to: columns.upperBound, by: Int(FOCUS_PRODUCT_BLOCK)) {
            var right = unsafe right.pointer.advanced(across: column)
            unsafe focus_multiply_doubles(
                &left, rows.count, &right, min(Int(FOCUS_PRODUCT_BLOCK), columns.upperBound - column), depth,
                effect.rawValue, result.pointer + (rows.lowerBound * stride + column), stride, scratch.start)
        }
    }
}

extension focus_factor {
    /// A side of doubles.
    init(_ numbers: UnsafePointer<Double>, along: Int, across: Int) {
        unsafe self.init(numbers: numbers, along: along, across: across, type: Int32(FOCUS_NUMBERS_F64))
    }

    /// A side of floats.
    init(_ numbers: UnsafePointer<Float>, along: Int, across: Int) {
        unsafe self.init(numbers: numbers, along: along, across: across, type: Int32(FOCUS_NUMBERS_F32))
    }

    /// The side without its first rows or columns.
    func advanced(across count: Int) -> focus_factor {
        var factor = unsafe self
        let size = unsafe type == FOCUS_NUMBERS_F32 ? 4 : 8
        unsafe factor.numbers = numbers.map { unsafe $0 + count * across * size }
        return unsafe factor
    }
}
