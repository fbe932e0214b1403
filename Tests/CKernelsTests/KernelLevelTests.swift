import CKernels
import Testing

/// Every kernel that has variants for processors runs the one that it should, and all variants have the same bits.
struct KernelLevelTests {
    /// The levels with names, for messages.
    static let levels: [(level: Int32, name: String)] = [
        (Int32(FOCUS_PORTABLE), "portable"), (Int32(FOCUS_AVX2), "AVX2"), (Int32(FOCUS_AVX512), "AVX-512"),
        (Int32(FOCUS_AVX512_VNNI), "AVX-512 VNNI"),
    ]

    @Test(arguments: KernelCase.all)
    func `a kernel runs its best variant for the processor`(kernel: KernelCase) throws {
        let best = kernel.variants.last { $0 <= focus_processor_level() }
        #expect(kernel.run(.max).level == best)
    }

    @Test(arguments: KernelCase.all)
    func `a kernel runs no variant above the level that is asked for, and all have the same bits`(
        kernel: KernelCase
    ) throws {
        let portable = kernel.run(Int32(FOCUS_PORTABLE))
        #expect(portable.level == FOCUS_PORTABLE && !portable.bits.isEmpty)
        for (level, name) in KernelLevelTests.levels {
            let (ran, bits) = kernel.run(level)
            #expect(ran == kernel.variants.last { $0 <= min(level, focus_processor_level()) }, "\(name)")
            #expect(bits == portable.bits, "\(name)")
        }
    }

    @Test func `sums of fused products have the same bits in vectors of any length`() {
        guard focus_processor_level() >= FOCUS_AVX2 else { return }
        let (values, weights) = (KernelCase.floats(31 * 700), KernelCase.floats(70 * 700, seed: 2))
        let narrow = KernelCase.run(at: Int32(FOCUS_AVX2), values, 31, 700, weights, nil)
        #expect(KernelCase.run(at: .max, values, 31, 700, weights, nil).bits == narrow.bits)
    }

    @Test func `what the operating system says of the processor is the level that is found`() throws {
        let flags = try ProcessorFlags()
        let avx512 = flags.has(["avx2", "fma", "f16c", "avx512f", "avx512bw", "avx512dq", "avx512vl"])
        let expected =
            if avx512 {
                flags.has(["avx512_vnni"]) ? FOCUS_AVX512_VNNI : FOCUS_AVX512
            } else {
                flags.has(["avx2", "fma", "f16c"]) ? FOCUS_AVX2 : FOCUS_PORTABLE
            }
        #expect(focus_processor_level() == expected)
        #expect((focus_processor_has_sha() != 0) == flags.has(["sha_ni"]))
    }
}
