import Synchronization
import Testing

@testable import FocusEngine
@testable import Parallel
@testable import Vocabularies

/// Laws of combinations, on vectors made up here.
struct CombinationLawTests {
    private func expectRows(of plan: RowPlan, in bed: CombinationBed, temperature: Double = 1) {
        for row in bed.anchors..<bed.anchors + bed.new {
            let expected = bed.expected(row, temperature: temperature)
            guard case .combination(let sourceRows, let weights) = plan.entry(row) else {
                Issue.record("row \(row) is no combination")
                continue
            }
            #expect(sourceRows.elementsEqual(expected.keys.sorted()), "row \(row)")
            for (column, weight) in zip(sourceRows, weights) {
                #expect(abs(weight - expected[column, default: 0]) < 1e-12)
            }
        }
    }

    @Test(arguments: [(1, 1, 1), (1, 5, 3), (5, 1, 8), (17, 49, 7), (100, 100, 33), (300, 13, 100), (31, 7, 300)])
    func `combinations are exact for any number of anchors, tokens and dimensions`(
        anchors: Int, new: Int, dimension: Int
    ) throws {
        let bed = try CombinationBed(anchors: anchors, new: new, dimension: dimension)
        expectRows(of: try RowPlan.make(bed.overlap, vectors: bed.vectors), in: bed)
    }

    /// Vectors as words have them: in groups, and most of each along a few directions.
    private static func grouped(_ id: Int, dimension: Int) -> [Float] {
        var group = Numbers(seed: UInt64(id % 23 + 100))
        var own = Numbers(seed: UInt64(id + 1000))
        return (0..<dimension).map { element in
            Float((group.next() * 2 + own.next() * 0.4) / (1 + Double(element) / 4))
        }
    }

    /// Makes the combinations with the kernels of every level of processor, which must have the same bits.
    private func expectSameCombinations(
        in bed: CombinationBed, temperature: Double = 1, skipped: (Int32, ComparisonTally) -> Void = { _, _ in }
    ) throws {
        let plan = try RowPlan.make(
            bed.overlap, vectors: bed.vectors, options: PlanOptions(temperature: temperature),
            workers: Workers(count: 2))
        expectRows(of: plan, in: bed, temperature: temperature)
        let roles = FocusRoles(bed.overlap, bed.vectors)
        let start = plan.offsets[bed.anchors]
        for level in 0...Int32(3) {
            let tally = ComparisonTally()
            let result = try RowPlan.combinations(
                roles, bed.vectors, PlanOptions(temperature: temperature), Workers(count: 1), .none, level: level,
                tally: tally)
            #expect(result.sourceRows == Array(plan.sourceRows[start...]), "level \(level)")
            #expect(result.weights == Array(plan.weights[start...]), "level \(level)")
            skipped(level, tally)
        }
    }

    @Test(arguments: [(48, 1.0), (64, 1.0), (100, 3.0), (131, 0.3)])
    func `what short forms or integers rule out is not missed`(dimension: Int, temperature: Double) throws {
        let bed = try CombinationBed(anchors: 900, new: 200, dimension: dimension) {
            CombinationLawTests.grouped($0, dimension: dimension)
        }
        try expectSameCombinations(in: bed, temperature: temperature) { level, tally in
            // At a low temperature nearly all anchors count, and few tiles can be ruled out.
            #expect(temperature < 1 || tally.skippedShare > 0.3, "level \(level): \(tally.skippedShare)")
        }
    }

    @Test(arguments: [(1, 1), (3, 4), (5, 33), (47, 300), (2500, 3)])
    func `the kernels of every level make the same combinations`(anchors: Int, dimension: Int) throws {
        try expectSameCombinations(in: CombinationBed(anchors: anchors, new: 23, dimension: dimension))
        try expectSameCombinations(in: CombinationBed(anchors: anchors, new: 23, dimension: dimension), temperature: 40)
    }

    @Test func `where integers cannot tell vectors apart, single precision does`() throws {
        // So near each other that the integers of thousands are within their error, though few hundred have weights.
        let bed = try CombinationBed(anchors: 2600, new: 7, dimension: 60) { id in
            var numbers = Numbers(seed: UInt64(id + 5))
            return (0..<60).map { Float(1 + Double($0 % 7) + numbers.next() * 1.2) }
        }
        try expectSameCombinations(in: bed) { level, tally in
            #expect(level < 3 || tally.skippedShare < 0.3, "\(tally.skippedShare)")
        }
        let plan = try RowPlan.make(bed.overlap, vectors: bed.vectors)
        #expect(plan.summary.maximumSupport < 1000)
    }

    @Test(arguments: [0.01, 0.5, 4, 100])
    func `the temperature multiplies cosines`(temperature: Double) throws {
        let bed = try CombinationBed(anchors: 120, new: 20, dimension: 10)
        let plan = try RowPlan.make(
            bed.overlap, vectors: bed.vectors, options: PlanOptions(temperature: temperature))
        expectRows(of: plan, in: bed, temperature: temperature)
    }

    @Test func `anchors with one vector share alike`() throws {
        let bed = try CombinationBed(anchors: 40, new: 2, dimension: 3) { id in
            id < 40 ? [1, 2, 3] : [3, 2, Float(id)]
        }
        let plan = try RowPlan.make(bed.overlap, vectors: bed.vectors)
        guard case .combination(let sourceRows, let weights) = plan.entry(40) else { throw UnexpectedFixture() }
        #expect(sourceRows.elementsEqual(0..<40))
        #expect(weights.allSatisfy { abs($0 - 1.0 / 40) < 1e-15 })
    }

    @Test func `more candidates than a list holds are all compared`() throws {
        // Nearly parallel vectors: everything is in the support.
        let bed = try CombinationBed(anchors: 2300, new: 3, dimension: 4) { [1, 1, 1, 1 + Float($0 % 97) * 1e-4] }
        let plan = try RowPlan.make(bed.overlap, vectors: bed.vectors)
        #expect(plan.summary.maximumSupport > 2048)
        try expectSameCombinations(in: bed)
    }

    @Test func `a single anchor gets all the weight`() throws {
        let bed = try CombinationBed(anchors: 1, new: 3, dimension: 2) { $0 == 1 ? [-1, 0] : [1, 0] }
        let plan = try RowPlan.make(bed.overlap, vectors: bed.vectors)
        #expect(plan.weights == [1, 1, 1, 1] && plan.sourceRows == [0, 0, 0, 0])
    }

    @Test func `weights of a row sum to 1`() throws {
        let bed = try CombinationBed(anchors: 500, new: 100, dimension: 20)
        let plan = try RowPlan.make(bed.overlap, vectors: bed.vectors)
        for row in 0..<plan.rowCount {
            let sum = plan.weights[plan.offsets[row]..<plan.offsets[row + 1]].reduce(0, +)
            #expect(abs(sum - 1) < 1e-12)
        }
    }

    @Test func `plans have the same bits on any number of threads`() throws {
        let bed = try CombinationBed(anchors: 700, new: 150, dimension: 50)
        let plan = try RowPlan.make(bed.overlap, vectors: bed.vectors)
        let other = try RowPlan.make(bed.overlap, vectors: bed.vectors, workers: Workers(count: 5))
        #expect(plan.sourceRows == other.sourceRows && plan.weights == other.weights && plan.offsets == other.offsets)
    }

    @Test func `vectors of zeros or not of numbers count as absent`() throws {
        let bed = try CombinationBed(anchors: 4, new: 4, dimension: 2) { id in
            [[1, 0], [0, 0], [.nan, 1], [.infinity, 1]][id % 4]
        }
        let plan = try RowPlan.make(bed.overlap, vectors: bed.vectors)
        #expect(plan.anchors == [0])
        #expect(plan.kinds == [.copy, .copy, .copy, .copy, .combine, .sample, .sample, .sample])
    }

    @Test(arguments: [1e-30, Float.leastNonzeroMagnitude * 700, 1e37])
    func `the length of a vector does not matter`(length: Float) throws {
        let bed = try CombinationBed(anchors: 3, new: 2, dimension: 2) { [length, $0 % 2 == 0 ? length : 0] }
        expectRows(of: try RowPlan.make(bed.overlap, vectors: bed.vectors), in: bed)
    }

    @Test func `no anchor at all is an error, unless nothing needs one`() throws {
        let bed = try CombinationBed(anchors: 2, new: 2, dimension: 2) { $0 < 2 ? [0, 0] : [1, 1] }
        let error = #expect(throws: EngineError.self) { try RowPlan.make(bed.overlap, vectors: bed.vectors) }
        #expect(error?.code == .noAnchors)
        let nothing = try RowPlan.make(bed.overlap, vectors: AuxiliaryVectors(dimension: 2))
        #expect(nothing.kinds == [.copy, .copy, .sample, .sample])
    }

    @Test(arguments: [0, -1, .nan, .infinity, 1e-7] as [Double])
    func `a temperature out of range is an error`(temperature: Double) throws {
        let bed = try CombinationBed(anchors: 1, new: 1, dimension: 1)
        let error = #expect(throws: EngineError.self) {
            try RowPlan.make(bed.overlap, vectors: bed.vectors, options: PlanOptions(temperature: temperature))
        }
        #expect(error?.code == .invalidOption)
    }

    @Test func `a source that is too short is an error`() throws {
        let bed = try CombinationBed(anchors: 3, new: 1, dimension: 2)
        #expect(
            try RowPlan.make(bed.overlap, vectors: bed.vectors, options: PlanOptions(sourceRowCount: 3)).rowCount == 4)
        let error = #expect(throws: EngineError.self) {
            try RowPlan.make(bed.overlap, vectors: bed.vectors, options: PlanOptions(sourceRowCount: 2))
        }
        #expect(error?.code == .sourceTooShort)
    }

    @Test func `progress is told to the last token, and work can be cancelled`() throws {
        let bed = try CombinationBed(anchors: 10, new: 200, dimension: 2)
        let last = Atomic<Int>(0)
        let monitor = WorkMonitor(
            report: { done, total in
                #expect(total == 200)
                last.max(done, ordering: .relaxed)
            }, isCancelled: { false })
        _ = try RowPlan.make(bed.overlap, vectors: bed.vectors, workers: Workers(count: 3), monitor: monitor)
        #expect(last.load(ordering: .relaxed) == 200)
        #expect(throws: CancellationError.self) {
            try RowPlan.make(
                bed.overlap, vectors: bed.vectors, monitor: WorkMonitor(report: { _, _ in }, isCancelled: { true }))
        }
    }

    @Test func `anchors of one source row are one term`() throws {
        let source = try Vocabulary(tokens: [(id: 0, text: "a"), (id: 1, text: "b")], spelling: .plain)
        let target = try Vocabulary(
            tokens: [(id: 0, text: "A"), (id: 1, text: "b"), (id: 2, text: "a"), (id: 3, text: "c")], spelling: .plain)
        var vectors = AuxiliaryVectors(dimension: 2)
        for (id, vector) in [[1, 0.1], [1, 0], [1, 0.2], [1, 0.05]].enumerated() {
            vectors.append(id: id, vector: vector.map { Float($0) })
        }
        let plan = try RowPlan.make(Overlap(target: target, source: source, options: .fuzzy), vectors: vectors)
        #expect(plan.anchors == [0, 1, 2])
        guard case .combination(let sourceRows, let weights) = plan.entry(3) else { throw UnexpectedFixture() }
        #expect(sourceRows.elementsEqual([0, 1]))
        #expect(abs(weights.reduce(0, +) - 1) < 1e-15 && weights[weights.startIndex] > 0.5)
    }
}
