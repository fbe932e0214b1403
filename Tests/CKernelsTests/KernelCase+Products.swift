import CKernels

extension KernelCase {
    /// Products, of numbers whose sums are exact whether products are fused or not.
    static let products = [
        KernelCase("focus_multiply_weights", compiled) { level in
            run(at: level, exactFloats(17 * 300), 17, 300, exactFloats(45 * 300, seed: 2), exactFloats(45, seed: 3))
        },
        KernelCase("focus_multiply_weights of 16 bits", compiled) { level in
            let values = exactFloats(17 * 300)
            let (weights, count) = (exactFloats(45 * 300, seed: 2), 45 * 300)
            var bits = [UInt16](repeating: 9, count: count)
            unsafe focus_f32_to_f16(weights, &bits, count)
            let half = run(at: level, values, 17, 300, bits, FOCUS_NUMBERS_F16, 45, nil)
            unsafe focus_f32_to_bf16(weights, &bits, count)
            let brain = run(at: level, values, 17, 300, bits, FOCUS_NUMBERS_BF16, 45, nil)
            return (brain.level, half.bits + brain.bits)
        },
        KernelCase("focus_multiply_doubles", compiled) { level in
            let (left, right) = (exactFloats(300 * 17), exactFloats(45 * 300, seed: 2).map { Double($0) })
            var results = [[Double]](repeating: [Double](repeating: 0.5, count: 17 * 45), count: 3)
            var ran = Int32(-1)
            for (index, sign) in [Int32(0), 1, -1].enumerated() {
                ran = multiply(left, right, at: level, sign, into: &results[index])
            }
            return (ran, bits(results.flatMap(\.self)))
        },
        KernelCase("focus_add_exponentials", compiled) { level in
            // Of equal logits each exponential is 1.
            var (largest, sum) = (Float(3), 2.0)
            let ran = unsafe focus_add_exponentials_at(level, [Float](repeating: 3, count: 77), 77, &largest, &sum)
            return (ran, bits([Double(largest), sum]))
        },
    ]

    /// The product of `rows` rows and weights of floats, with a bias.
    static func run(
        at level: Int32, _ values: [Float], _ rows: Int, _ depth: Int, _ weights: [Float], _ bias: [Float]?
    ) -> (level: Int32, bits: [UInt64]) {
        run(at: level, values, rows, depth, weights, FOCUS_NUMBERS_F32, weights.count / depth, bias)
    }

    private static func run(
        at level: Int32, _ values: [Float], _ rows: Int, _ depth: Int, _ weights: [some BitwiseCopyable], _ type: Int,
        _ columns: Int, _ bias: [Float]?
    ) -> (level: Int32, bits: [UInt64]) {
        var result = [Float](repeating: 9, count: rows * columns)
        let scratch = UnsafeMutableRawBufferPointer.allocate(
            byteCount: FOCUS_PRODUCT_SCRATCH * 4, alignment: 64)
        defer { unsafe scratch.deallocate() }
        let numbers = unsafe scratch.bindMemory(to: Float.self).baseAddress
        let ran = unsafe weights.withUnsafeBytes { weights in
            unsafe focus_multiply_weights_at(
                level, values, rows, depth, weights.baseAddress, Int32(type), columns, bias, &result, columns, numbers)
        }
        return (ran, bits(result))
    }

    /// The product of 300 rows of 17 floats, transposed, and of 45 rows of 300 doubles, transposed.
    private static func multiply(
        _ left: [Float], _ right: [Double], at level: Int32, _ sign: Int32, into result: inout [Double]
    ) -> Int32 {
        let scratch = UnsafeMutableRawBufferPointer.allocate(
            byteCount: FOCUS_PRODUCT_SCRATCH * 8, alignment: 64)
        defer { unsafe scratch.deallocate() }
        let numbers = unsafe scratch.bindMemory(to: Double.self).baseAddress
        return unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in
                var left = unsafe focus_factor(
                    numbers: left.baseAddress, along: 17, across: 1, type: Int32(FOCUS_NUMBERS_F32))
                var right = unsafe focus_factor(
                    numbers: right.baseAddress, along: 1, across: 300, type: Int32(FOCUS_NUMBERS_F64))
                return unsafe focus_multiply_doubles_at(level, &left, 17, &right, 45, 300, sign, &result, 45, numbers)
            }
        }
    }
}
