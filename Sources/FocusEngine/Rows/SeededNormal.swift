private import CKernels

/// Numbers from normal distributions that depend on nothing but the seed, the stream, the row and the column.
///
/// The counter of Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011) is (column / 4, row, stream), its key the seed.
/// Its four words make four numbers by the transform of Box and Muller (1958): radius sqrt(-2 ln u) with u = (word +
/// 1/2) / 2^32, and an angle of which the lower 30 bits of the other word say where in a quarter circle, the upper
/// two mirror it. All steps are exactly rounded operations, so the bits are the same on every processor.
public struct SeededNormal: Sendable, Hashable {
    /// The seed.
    public let seed: UInt64
    /// Which of the seed's streams; one a tensor.
    public let stream: UInt64

    /// Makes the generator of a seed and stream.
    public init(seed: UInt64, stream: UInt64) {
        self.seed = seed
        self.stream = stream
    }

    /// Makes the generator of a seed and a tensor by its name: its stream is the FNV-1a hash (64 bits) of the name's
    /// bytes.
    public init(seed: UInt64, name: some Sequence<UInt8>) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        self.init(seed: seed, stream: hash)
    }

    /// Fills `target` with the target row `row`, drawn from the distributions of `statistics`.
    public func fill(_ target: inout MutableSpan<Float>, row: Int, from statistics: ColumnStatistics) {
        precondition(target.count == statistics.means.count)
        unsafe target.withUnsafeMutableBufferPointer { unsafe fill($0, row: row, from: statistics) }
    }

    func fill(_ target: UnsafeMutableBufferPointer<Float>, row: Int, from statistics: ColumnStatistics) {
        unsafe focus_sample_row(
            seed, stream, UInt32(row), statistics.means, statistics.deviations, target.baseAddress, target.count)
    }

    /// The 128 bits that Philox makes of a counter and key, for checking against published vectors.
    static func philox(counter: [UInt32], key: [UInt32]) -> [UInt32] {
        precondition(counter.count == 4 && key.count == 2)
        var output = [UInt32](repeating: 0, count: 4)
        unsafe focus_philox(counter, key, &output)
        return output
    }
}
