private import Glibc

/// Cosines and sines of the angles of positions.
struct RotaryTable: Sendable {
    private let pairCount: Int
    /// For each position, for each pair.
    let cosines: [Float]
    let sines: [Float]

    /// The angles of the positions before `count`.
    init(_ frequencies: [Float], count: Int, scale: Float) {
        pairCount = frequencies.count
        var (cosines, sines): ([Float], [Float]) = ([], [])
        cosines.reserveCapacity(count * pairCount)
        sines.reserveCapacity(count * pairCount)
        for position in 0..<count {
            for frequency in frequencies {
                // Rounded to single precision first, as transformers does.
                let angle = Double(Float(position) * frequency)
                cosines.append(Float(cos(angle)) * scale)
                sines.append(Float(sin(angle)) * scale)
            }
        }
        self.cosines = cosines
        self.sines = sines
    }
}
