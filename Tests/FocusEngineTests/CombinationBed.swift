@testable import FocusEngine
@testable import Parallel
@testable import Vocabularies

/// A target of `anchors` overlapping tokens and then `new` ones, with vectors of `dimension`; and the true cosines.
struct CombinationBed {
    let overlap: Overlap
    let vectors: AuxiliaryVectors
    let anchors: Int
    let new: Int

    init(anchors: Int, new: Int, dimension: Int, seed: UInt64 = 1, vector: ((Int) -> [Float])? = nil) throws {
        let source = try Vocabulary(
            tokens: (0..<anchors).map { (id: $0, text: TokenText("t\(anchors - 1 - $0)")) }, spelling: .plain)
        let target = try Vocabulary(
            tokens: (0..<anchors + new).map { (id: $0, text: TokenText("t\($0)")) }, spelling: .plain)
        overlap = try Overlap(target: target, source: source)
        var vectors = AuxiliaryVectors(dimension: dimension)
        var numbers = Numbers(seed: seed)
        for id in 0..<anchors + new {
            let random = (0..<dimension).map { _ in Float(numbers.next() + 0.1) }
            vectors.append(id: id, vector: vector?(id) ?? random)
        }
        self.vectors = vectors
        self.anchors = anchors
        self.new = new
    }

    func vector(_ id: Int) -> [Double] {
        vectors.values[id * vectors.dimension..<(id + 1) * vectors.dimension].map { Double($0) }
    }

    func cosine(_ a: Int, _ b: Int) -> Double {
        let (a, b) = (vector(a), vector(b))
        func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
    }

    /// The combination of a new token, computed the long way: source row of anchor i is anchors - 1 - i.
    func expected(_ row: Int, temperature: Double = 1) -> [Int32: Double] {
        let weights = Sparsemax.weights(of: (0..<anchors).map { temperature * cosine(row, $0) })
        return Dictionary(
            uniqueKeysWithValues: weights.enumerated().filter { $0.element > 0 }
                .map { (Int32(anchors - 1 - $0.offset), $0.element) })
    }
}
