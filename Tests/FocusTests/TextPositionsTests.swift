import Corpus
import FocusEngine
import Parallel
import SystemPackage
import TestSupport
import Testing
import Tokenization
import Transformer

@testable import Focus

@Suite struct `Positions before target tokens` {
    let place: TemporaryFolder

    init() throws {
        place = try TemporaryFolder()
    }

    private func pieces() throws -> (target: Tokenizer, pieces: TargetPieces) {
        let golden = GoldenCase.all[9]
        try golden.prepare(in: place)
        let options = SpecializationOptions(
            checkpoint: place.path.appending("source"), tokenizer: place.path.appending("target"))
        var pieced = options
        pieced.method = .pieces
        let job = try Specialization(pieced)
        let found = TargetPieces(
            try #require(job.inputs.pieces), source: job.inputs.source, target: job.inputs.target.vocabulary,
            job.inputs.overlap)
        return (job.inputs.target, found)
    }

    @Test func `each token is written as its pieces, and the place before it is kept`() throws {
        let (target, pieces) = try pieces()
        let line = Array("der die das und der die das".utf8)
        let ids = try target.encode(line).map(Int.init)
        #expect(ids.count >= 5)
        let positions = try TextPositions(in: [line], target: target, pieces, start: 0, wanted: 1)
        #expect(Array(positions.sequences[0]) == [0] + ids.flatMap { pieces[$0] }.map { Int32($0) })
        var place = 0
        for (index, id) in ids.enumerated() {
            #expect(positions.places[0][index] == place)
            place += pieces[id].count
        }
        #expect(positions.count == ids.count)
        #expect(positions.following[0][0] == pieces[ids[0]].first.map { Int32($0) })
        let bare = try TextPositions(in: [line], target: target, pieces, start: nil, wanted: 1)
        #expect(bare.places[0].first.map { $0 > 0 } == true)
    }

    @Test func `sequences end where the model or the bound does, and short lines are passed over`() throws {
        let (target, pieces) = try pieces()
        let long = Array(repeatElement("der die das und ", count: 60).joined().utf8)
        for longest in [12, 64, 100] {
            let positions = try TextPositions(
                in: [Array("der".utf8), long], target: target, pieces, start: 0, longest: longest)
            #expect(positions.sequences.count == 1)
            #expect(positions.sequences.longest == min(longest, 64))
            #expect(positions.places[0].allSatisfy { $0 < positions.sequences.longest })
        }
    }

    @Test func `tokens are counted at the beginning, and what is read comes first from behind`() throws {
        let lines = (0..<1200).map { "line number \($0), which is long enough" }
        try place.write("text.txt", ([" short "] + lines).joined(separator: "\n") + "\n")
        let sample = try TextSample(of: Corpus([place.path.appending("text.txt")]), monitor: .none)
        #expect(sample.counted.map { String(decoding: $0, as: UTF8.self) } == lines)
        #expect(sample.read.count == 1201)
        #expect(String(decoding: sample.read[0], as: UTF8.self) == "short")
    }
}

@Suite struct `Biases of output layers` {
    @Test func `carry the shares`() throws {
        let shares = TokenShares(firstPieces: [1, -1, 0, 5], logarithms: [0, 0, -2.5, -1])
        let made = CausalHead.biases([10, 20, 30], shares)
        #expect(made.ids == [0, 2] && made.width == 1)
        var values: [Float] = []
        try made.append(0..<1, columns: 0..<1, to: &values)
        try made.append(2..<3, columns: 0..<1, to: &values)
        #expect(values == [20, 7.5])
    }
}
