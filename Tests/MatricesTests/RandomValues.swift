/// Numbers in -1...1 that depend on a seed alone.
struct RandomValues {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    }

    /// The next one, with as many bits as a double has for it.
    mutating func next() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(Int64(bitPattern: state) >> 11) * 0x1p-52
    }

    mutating func floats(_ count: Int) -> [Float] {
        (0..<count).map { _ in Float(next()) }
    }

    mutating func doubles(_ count: Int) -> [Double] {
        (0..<count).map { _ in next() }
    }
}
