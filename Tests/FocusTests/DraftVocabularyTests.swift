import JSON
import Testing

@testable import Focus
@testable import FocusEngine
@testable import Vocabularies

/// Source: `</s>` 0, `a` 1, `b` 2, `c` 3, `d` 4. Target: `b` 0, `</s>` 1, `x` 2, `d` 3, `y` 4, `a` 6.
private func mapping() throws -> TokenIDMapping {
    func vocabulary(_ texts: [Int: TokenText], end: Int) throws -> Vocabulary {
        try Vocabulary(
            tokens: texts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, spelling: .sentencePiece,
            specialIDs: [end], roles: [.end: end])
    }
    return TokenIDMapping(
        source: try vocabulary([0: "</s>", 1: "a", 2: "b", 3: "c", 4: "d"], end: 0),
        target: try vocabulary([0: "b", 1: "</s>", 2: "x", 3: "d", 4: "y", 6: "a"], end: 1))
}

/// `x` is made of `a` and `c`, `y` of `c` alone.
private let plan = RowPlan(
    kinds: [.copy, .copy, .pieces, .copy, .pieces, .sample, .copy], offsets: [0, 1, 2, 4, 5, 6, 6, 7],
    sourceRows: [2, 0, 1, 3, 4, 3, 1], weights: [1, 1, 0.5, 0.5, 1, 1, 1], anchors: [0, 3, 6], seed: 1)

@Suite struct `Tokens of a draft` {
    @Test(arguments: [
        // The head knew the end, `a` and `b`: those, then what has some of its rows, then copies.
        (2, nil, [1, 6]), (3, nil, [0, 1, 6]), (4, nil, [0, 1, 2, 6]), (5, nil, [0, 1, 2, 3, 6]),
        (9, nil, [0, 1, 2, 3, 4, 6]),
        // The most frequent of a text, the end before all; ties by id.
        (2, [0, 0, 5, 0, 9, 0, 0], [1, 4]), (3, [0, 0, 5, 0, 9, 0, 0], [1, 2, 4]),
        (3, [1, 0, 0, 1, 1, 0, 0], [0, 1, 3]),
    ])
    func `are those of the text, then those it knew`(size: Int, counts: [Int]?, ids: [Int]) throws {
        let found = DraftVocabulary(size, from: [0, 1, 2], try mapping(), by: plan, counts: counts, rows: 7)
        #expect(found.ids == ids)
    }

    @Test func `have rows in the model`() throws {
        let found = DraftVocabulary(9, from: [0, 1, 2], try mapping(), by: plan, counts: nil, rows: 4)
        #expect(found.ids == [0, 1, 2, 3])
    }
}

@Suite struct `Offsets of other vocabularies` {
    private func offsets(_ config: String, _ ids: TokenIDMapping, rows: Int = 7) throws -> VocabularyOffsets {
        VocabularyOffsets(in: JSONBuilder(try JSONDocument(Array(config.utf8)).root), ids, rows: rows)
    }

    @Test func `move with their tokens, or past the last row`() throws {
        // `a` is 1 and becomes 6, the last.
        let moved = try offsets(#"{"v":{"vocab_size":1,"vocab_offset":1}}"#, try mapping())
        #expect(moved.offset(1) == 6 && moved.losses.isEmpty)
        // `d` is 4 and becomes 3, which is not.
        let apart = try offsets(#"{"v":{"vocab_size":1,"vocab_offset":4}}"#, try mapping())
        #expect(apart.offset(4) == 7 && apart.losses.count == 1)
        #expect(apart.losses.first?.contains("4 ('d')") == true)
        // None is in the target.
        let none = try offsets(#"{"v":{"vocab_size":3,"vocab_offset":90},"w":[]}"#, try mapping(), rows: 16)
        #expect(none.offset(90) == 16 && none.losses.isEmpty)
        for config in [#"{"vocab_size":9223372036854775807,"vocab_offset":9223372036854775807}"#, "[]", "{}"] {
            #expect(try offsets(config, try mapping()).losses.isEmpty)
        }
    }
}
