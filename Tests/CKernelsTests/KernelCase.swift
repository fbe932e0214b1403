import CKernels

/// A kernel and something for it to do.
struct KernelCase: Sendable, CustomStringConvertible {
    let description: String
    /// The levels that it has variants for, ascending.
    let variants: [Int32]
    /// Runs it at no more than a level; returns the level that it says it ran at, and the bits of its results.
    let run: @Sendable (_ level: Int32) -> (level: Int32, bits: [UInt64])

    init(
        _ name: String, _ variants: [Int], _ run: @escaping @Sendable (Int32) -> (level: Int32, bits: [UInt64])
    ) {
        description = name
        self.variants = variants.map { Int32($0) }
        self.run = run
    }

    static let all = rows + similarity + conversions + training + products + blocks

    static let compiled = [FOCUS_PORTABLE, FOCUS_AVX2, FOCUS_AVX512]
    private static let upToAVX2 = [FOCUS_PORTABLE, FOCUS_AVX2]

    /// Numbers in -1...1 that have as many bits as a float may.
    static func floats(_ count: Int, seed: UInt64 = 1) -> [Float] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(Double(Int64(bitPattern: state) >> 11) * 0x1p-52)
        }
    }

    /// Numbers of few bits, the sums of whose products are exact in any order.
    static func exactFloats(_ count: Int, seed: UInt64 = 1) -> [Float] {
        floats(count, seed: seed).map { ($0 * 8).rounded() / 8 }
    }

    static func bits(_ values: [Float]) -> [UInt64] { values.map { UInt64($0.bitPattern) } }
    static func bits(_ values: [Double]) -> [UInt64] { values.map(\.bitPattern) }

    private static let rows = [
        KernelCase("focus_add_weighted", compiled) { level in
            var sums = floats(101).map { Double($0) }
            let ran = unsafe focus_add_weighted_at(level, &sums, floats(101, seed: 2), 0.3, sums.count)
            return (ran, bits(sums))
        },
        KernelCase("focus_add_rows", compiled) { level in
            var sums = [Double](repeating: 0.1, count: 37)
            let ran = unsafe focus_add_rows_at(
                level, &sums, floats(5 * 37), [4, -1, 0, 2], [0, 2, 3, 0], [0.1, 0.7, 0.2, 0.3], 1.1, 4, 37)
            return (ran, bits(sums))
        },
        KernelCase("focus_mean_of_rows", upToAVX2) { level in
            var mean = [Float](repeating: 9, count: 37)
            let ran = unsafe focus_mean_of_rows_at(level, &mean, floats(5 * 37), [4, 0, 1, 1, 3], 5, 37)
            return (ran, bits(mean))
        },
        KernelCase("focus_round", compiled) { level in
            let sums = zip(floats(101), floats(101, seed: 2)).map { Double($0) * Double($1) }
            var rounded = [Float](repeating: 9, count: 101)
            let ran = unsafe focus_round_at(level, sums, &rounded, 101)
            return (ran, bits(rounded))
        },
        KernelCase("focus_column_moments", compiled) { level in
            var (means, squares) = ([Double](repeating: 9, count: 21), [Double](repeating: 9, count: 21))
            let ran = unsafe focus_column_moments_at(level, floats(50 * 21), 50, 21, &means, &squares)
            return (ran, bits(means + squares))
        },
        KernelCase("focus_sample_row", compiled) { level in
            var row = [Float](repeating: 9, count: 301)
            let (means, deviations) = (floats(301).map { Double($0) }, floats(301, seed: 2).map { Double($0) })
            let ran = unsafe focus_sample_row_at(level, 42, 7, 3, means, deviations, &row, 301)
            return (ran, bits(row))
        },
    ]

    private static let similarity = [
        KernelCase("focus_dots", compiled) { level in
            var products = [Double](repeating: 9, count: 6)
            let ran = unsafe focus_dots_at(
                level, floats(100), floats(7 * 100, seed: 2), 100, [6, 0, 3, 3, 5, 1], 6, &products)
            return (ran, bits(products))
        },
        KernelCase("focus_sum_above", upToAVX2) { level in
            var (sum, above) = (0.0, UInt32(0))
            let ran = unsafe focus_sum_above_at(level, exactFloats(77), 77, 0.25, &sum, &above)
            return (ran, bits([sum]) + [UInt64(above)])
        },
        KernelCase("focus_find_candidates", compiled) { level in
            let (rows, columns, dimension) = (8, 80, 30)
            var packed = [Float](repeating: 9, count: 12 * dimension)
            var panels = [Float](repeating: 9, count: columns * dimension)
            unsafe focus_pack_rows(exactFloats(rows * dimension), rows, dimension, &packed)
            unsafe focus_pack_panels(exactFloats(columns * dimension, seed: 2), columns, dimension, &panels)
            var (found, scores) = ([UInt32](repeating: 0, count: rows * 128), [Float](repeating: 0, count: rows * 128))
            var (ran, computed) = (Int32(-1), UInt64(0))
            var counts: [UInt64] = []
            unsafe found.withUnsafeMutableBufferPointer { found in
                unsafe scores.withUnsafeMutableBufferPointer { scores in
                    var lists = unsafe (0..<rows).map {
                        unsafe focus_candidates(
                            columns: found.baseAddress! + $0 * 128, scores: scores.baseAddress! + $0 * 128,
                            capacity: 128, count: 0, trigger: 0, overflowed: 0, margin: 0.01, threshold: 0, bound: 0)
                    }
                    ran = unsafe focus_find_candidates_at(
                        level, packed, rows, panels, columns, 1, dimension, nil, &lists, &computed)
                    counts = unsafe lists.map { unsafe UInt64($0.count) }
                }
            }
            var results = counts + [computed]
            for (row, count) in counts.enumerated() {
                results += found[row * 128..<row * 128 + Int(count)].map { UInt64($0) }
                results += bits(Array(scores[row * 128..<row * 128 + Int(count)]))
            }
            return (ran, results)
        },
        KernelCase("focus_sketch", compiled) { level in
            var short = [Float](repeating: 9, count: 5 * 9)
            let basis = exactFloats(20 * 8, seed: 2).map { Double($0) }
            let ran = unsafe focus_sketch_at(level, exactFloats(5 * 20), 5, 20, basis, 8, &short)
            return (ran, bits(short))
        },
        KernelCase("focus_find_nearest", compiled) { level in
            var (nearest, scores) = ([UInt32](repeating: 99, count: 9), [Float](repeating: 9, count: 9))
            let ran = unsafe focus_find_nearest_at(
                level, exactFloats(9 * 12), 9, 10, 12, exactFloats(10 * 35, seed: 2), exactFloats(35, seed: 3), 35,
                &nearest, &scores)
            return (ran, nearest.map { UInt64($0) } + bits(scores))
        },
    ]

    private static let conversions = [
        KernelCase("focus_f16_to_f32", upToAVX2) { level in
            let halves = (0..<1 << 16).map { UInt16($0) }
            var values = [Float](repeating: 9, count: halves.count - 3)
            let ran = unsafe focus_f16_to_f32_at(level, halves, &values, values.count)
            return (ran, bits(values))
        },
        KernelCase("focus_f32_to_f16", upToAVX2) { level in
            let values = (0..<100_003).map { Float(bitPattern: UInt32($0) &* 2_654_435_761) }
            var halves = [UInt16](repeating: 9, count: values.count)
            let ran = unsafe focus_f32_to_f16_at(level, values, &halves, values.count)
            return (ran, halves.map { UInt64($0) })
        },
        KernelCase("focus_sha256", focus_processor_has_sha() != 0 ? upToAVX2 : [FOCUS_PORTABLE]) { level in
            var state = (1...8).map { UInt32($0) }
            let blocks = (0..<64 * 5).map { UInt8(truncatingIfNeeded: $0 * 7) }
            let ran = unsafe focus_sha256_at(level, &state, blocks, 5)
            return (ran, state.map { UInt64($0) })
        },
    ]

    private static let training = [
        KernelCase("focus_cbow_train", compiled) { TrainingBed().run(train: $0, move: 0, merge: 0, returning: 0) },
        KernelCase("focus_cbow_move_groups", compiled) {
            TrainingBed().run(train: 0, move: $0, merge: 0, returning: 1)
        },
        KernelCase("focus_cbow_merge_outputs", compiled) {
            TrainingBed().run(train: 0, move: 0, merge: $0, returning: 2)
        },
        KernelCase("focus_cbow_train, noting moves", compiled) {
            TrainingBed(notesMoves: true).run(train: $0, move: 0, merge: 0, returning: 0)
        },
        KernelCase("focus_cbow_add_noted", compiled) {
            TrainingBed(notesMoves: true).run(train: 0, move: $0, merge: 0, returning: 1)
        },
    ]
}
