import CKernels

/// Numbers that become ggml's blocks.
extension KernelCase {
    static let blocks = [
        packing("focus_pack_q8_0", bytes: 34 * 64) { unsafe focus_pack_q8_0_at($0, $1, 64, &$2) },
        packing("focus_pack_q4_0", bytes: 18 * 64) { unsafe focus_pack_q4_0_at($0, $1, 64, &$2) },
        packing("focus_pack_q5_0", bytes: 22 * 64) { unsafe focus_pack_q5_0_at($0, $1, 64, &$2) },
        packing("focus_pack_q4_k", bytes: 144 * 8) { unsafe focus_pack_q4_k_at($0, $1, 8, &$2) },
        packing("focus_pack_q6_k", bytes: 210 * 8) { unsafe focus_pack_q6_k_at($0, $1, 8, &$2) },
    ]

    private static func packing(
        _ name: String, bytes count: Int, _ pack: @escaping @Sendable (Int32, [Float], inout [UInt8]) -> Int32
    ) -> KernelCase {
        KernelCase(name, compiled) { level in
            // Blocks of zeros, of one number, and of numbers of very different size are among them.
            var numbers = floats(2048, seed: 7)
            for index in 0..<256 { numbers[index] = 0 }
            for index in 256..<512 { numbers[index] = -0.25 }
            for index in stride(from: 512, to: 1024, by: 3) { numbers[index] *= 1e-6 }
            var blocks = [UInt8](repeating: 9, count: count)
            let ran = pack(level, numbers, &blocks)
            return (ran, blocks.map { UInt64($0) })
        }
    }
}
