import FocusEngine
import Parallel
import Testing
import Vocabularies

struct HeldOutReconstructionTests {
    private let golden = GoldenCase.all[0]

    @Test func `some anchors are hidden, the same ones on any number of threads`() throws {
        let source = try GoldenCase.source
        let means = ColumnStatistics(of: source).means
        func measure(_ seed: UInt64, threads: Int = 1, fraction: Double = 0.05) throws -> HeldOutReconstruction? {
            try HeldOutReconstruction.measure(
                golden.overlap(), vectors: golden.vectors, options: PlanOptions(seed: seed), source: source,
                means: means, fraction: fraction, workers: Workers(count: threads))
        }
        let figures = try #require(try measure(42, fraction: 0.3))
        #expect(try measure(42, threads: 3, fraction: 0.3) == figures)
        #expect((20...80).contains(figures.hidden))  // of 151
        #expect(-1...1 ~= figures.meanCosine && -1...1 ~= figures.meanVectorCosine)
        #expect(try measure(43, fraction: 0.3) != figures)
        #expect(try measure(42, fraction: 0) == nil)
        #expect(try measure(42, fraction: 1) == nil)
    }

    @Test func `rows that are linear in their vectors are rebuilt well`() throws {
        let count = 300
        let source = try Vocabulary(
            tokens: (0..<count).map { (id: $0, text: TokenText("t\($0)")) }, spelling: .plain)
        var vectors = AuxiliaryVectors(dimension: 6)
        var numbers = Numbers(seed: 4)
        for id in 0..<count { vectors.append(id: id, vector: (0..<6).map { _ in Float(numbers.next()) }) }
        let rows = ArrayRows(vectors.values, width: 6)
        let overlap = try Overlap(target: source, source: source)
        let figures = try #require(
            try HeldOutReconstruction.measure(
                overlap, vectors: vectors, source: rows, means: ColumnStatistics(of: rows).means, fraction: 0.1))
        #expect(figures.meanCosine > 0.9)
        #expect(abs(figures.meanVectorCosine) < 0.5)
    }
}

struct HeldOutAnchorsTests {
    private let count = 200

    private func bed() throws -> (overlap: Overlap, vectors: AuxiliaryVectors, rows: ArrayRows) {
        let source = try Vocabulary(
            tokens: (0..<count).map { (id: $0, text: TokenText("t\($0)")) }, spelling: .plain)
        var vectors = AuxiliaryVectors(dimension: 6)
        var numbers = Numbers(seed: 4)
        for id in 0..<count { vectors.append(id: id, vector: (0..<6).map { _ in Float(numbers.next()) }) }
        return (try Overlap(target: source, source: source), vectors, ArrayRows(vectors.values, width: 6))
    }

    @Test func `every method rebuilds the same anchors, and pieces need no vectors`() throws {
        let (overlap, vectors, rows) = try bed()
        let means = ColumnStatistics(of: rows).means
        // Every other token has pieces: the one of the next id, which says nothing.
        func pieces(_ hidden: [(target: Int, source: Int)]) -> [Int: WeightedRows] {
            var found: [Int: WeightedRows] = [:]
            for (target, source) in hidden where target % 2 == 0 {
                found[target] = PieceWeights.uniform.combination(of: [(source + 1) % count])
            }
            return found
        }
        func figures(_ vectors: AuxiliaryVectors?) throws -> [HeldOutReconstruction?] {
            let anchors = HeldOutAnchors(overlap, vectors: vectors, seed: 42, fraction: 0.4, pieces: pieces)
            return try RowMethod.withoutStates.map {
                try anchors.reconstruction(by: $0, options: PlanOptions(), source: rows, means: means)
            }
        }
        let found = try figures(vectors)
        let (focus, pieced, mixed) = (
            try #require(found[0]), try #require(found[1]), try #require(found[2])
        )
        #expect(focus.hidden == pieced.hidden && pieced.hidden == mixed.hidden && (10...70).contains(focus.hidden))
        #expect(focus.meanCosine > mixed.meanCosine && mixed.meanCosine > pieced.meanCosine)
        let without = try figures(nil)
        #expect(without[0] == nil && without[2] == nil)
        #expect(without[1] == pieced)
    }

    @Test func `without pieces, none are rebuilt by them`() throws {
        let (overlap, vectors, rows) = try bed()
        let anchors = HeldOutAnchors(overlap, vectors: vectors, seed: 42)
        #expect(
            try anchors.reconstruction(
                by: .pieces, options: PlanOptions(), source: rows, means: ColumnStatistics(of: rows).means) == nil)
    }
}
