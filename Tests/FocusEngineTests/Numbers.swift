/// Numbers between -1 and 1 for tests, by the multiplier of Knuth's MMIX.
struct Numbers {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    }

    mutating func next() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(Int64(bitPattern: state) >> 11) * 0x1p-52
    }

    func take(_ count: Int) -> [Double] {
        var copy = self
        return (0..<count).map { _ in copy.next() }
    }
}
