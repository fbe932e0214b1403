import FocusEngine
import JSON
import Parallel
import TestSupport
import Vocabularies

/// A small case with every intermediate, computed by the reference.
struct GoldenCase: Sendable, CustomStringConvertible {
    static let replacing = ["unigram", "bpe", "wordpiece"]
    static let withError = GoldenCase(route: "unigram", exact: false, symbols: false, fuzzy: false)
    static let all: [GoldenCase] = {
        var cases: [GoldenCase] = []
        for bits in 1..<8 {
            cases.append(GoldenCase(route: "unigram", exact: bits & 1 > 0, symbols: bits & 2 > 0, fuzzy: bits & 4 > 0))
        }
        for route in ["bpe", "wordpiece"] {
            for (exact, symbols, fuzzy) in [
                (true, false, false), (true, true, true), (false, true, false), (false, false, true),
            ] {
                cases.append(GoldenCase(route: route, exact: exact, symbols: symbols, fuzzy: fuzzy))
            }
        }
        cases.append(GoldenCase(route: "extended", exact: true, symbols: false, fuzzy: false))
        cases.append(GoldenCase(route: "extended", exact: true, symbols: true, fuzzy: true))
        return cases
    }()

    let route: String
    let exact: Bool
    let symbols: Bool
    let fuzzy: Bool

    var description: String {
        "\(route)-exact\(exact ? 1 : 0)-symbols\(symbols ? 1 : 0)-fuzzy\(fuzzy ? 1 : 0)"
    }

    var options: MatchOptions {
        var options: MatchOptions = []
        if exact { options.insert(.exact) }
        if symbols { options.insert(.symbols) }
        if fuzzy { options.insert(.fuzzy) }
        return options
    }

    static func vocabulary(_ name: String) throws -> Vocabulary {
        try TokenizerFixture("golden/tokenizers/" + name).vocabulary
    }

    var target: Vocabulary {
        get throws { try GoldenCase.vocabulary("target-" + route) }
    }

    func overlap(likeReference: Bool = true) throws -> Overlap {
        try Overlap(
            target: target, source: GoldenCase.vocabulary("source"), options: options,
            extension: route == "extended" ? GoldenCase.vocabulary("target-unigram") : nil,
            likeReference: likeReference)
    }

    /// The auxiliary vectors of the target; all-zero ones fall out.
    var vectors: AuxiliaryVectors {
        get throws {
            let array = try NumPyArray("golden/aux-target-\(route).npy")
            let tokens = try JSONDocument(Fixture("golden/aux-target-\(route).tokens.json").bytes).root
            let target = try target
            let width = array.shape[1]
            let floats = array.floats
            var rows: [(id: Int, vector: ArraySlice<Float>)] = []
            for (row, token) in tokens.elements.enumerated() {
                let id = try present(target.id(of: present(token.bytes)))
                rows.append((id, floats[row * width..<(row + 1) * width]))
            }
            var vectors = AuxiliaryVectors(dimension: width)
            for (id, vector) in rows.sorted(by: { $0.id < $1.id }) { vectors.append(id: id, vector: Array(vector)) }
            return vectors
        }
    }

    /// What the reference found.
    var golden: JSONValue {
        get throws { try JSONDocument(Fixture("golden/focus-\(self).json").bytes).root }
    }

    static var source: ArrayRows {
        get throws {
            let array = try NumPyArray("golden/source_embeddings.npy")
            return ArrayRows(array.floats, width: array.shape[1])
        }
    }

    /// The plan of this case.
    func plan(options: PlanOptions = PlanOptions(), workers: Workers = Workers(count: 1)) throws -> RowPlan {
        try RowPlan.make(overlap(), vectors: vectors, options: options, workers: workers)
    }
}

extension JSONValue {
    /// The integers of an array.
    var integers: [Int] { elements.compactMap(\.integer) }
}
