import FocusEngine
import JSON
import TestSupport
import Testing

struct SparsemaxTests {
    @Test func `weights and support are those of entmax`() throws {
        for sample in try JSONDocument(Fixture("golden/sparsemax.json").bytes).root.elements {
            let name = sample["name"]?.string ?? ""
            let scores = try present(sample["x"]).elements.compactMap(\.double)
            let expected = try present(sample["y"]).elements.compactMap(\.double)
            let isDouble = sample["dtype"]?.string == "float64"
            let weights =
                isDouble
                ? Sparsemax.weights(of: scores) : Sparsemax.weights(of: scores.map { Float($0) }).map { Double($0) }
            #expect(weights.count == expected.count)
            for (weight, other) in zip(weights, expected) {
                #expect(abs(weight - other) <= (isDouble ? 1e-14 : 2e-7), "\(name)")
            }
            #expect(weights.filter { $0 > 0 }.count == sample["support"]?.integer, "\(name)")
        }
    }

    @Test func `sparsemax projects onto the simplex`() {
        for seed in 0..<50 {
            let scores = Numbers(seed: UInt64(seed)).take(1 + seed * 3)
            let weights = Sparsemax.weights(of: scores)
            #expect(weights.allSatisfy { $0 >= 0 })
            #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
            // The nearest point: all of the support is as far from its scores, and nothing else is nearer.
            let distances = zip(scores, weights).filter { $0.1 > 0 }.map { $0.0 - $0.1 }
            let threshold = distances[0]
            #expect(distances.allSatisfy { abs($0 - threshold) < 1e-12 })
            #expect(zip(scores, weights).allSatisfy { $0.1 > 0 || $0.0 <= threshold + 1e-12 })
        }
    }

    @Test func `no scores have no weights`() {
        #expect(Sparsemax.weights(of: [Double]()).isEmpty)
    }
}
