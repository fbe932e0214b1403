import JSON
import TestSupport
import Testing

@testable import FocusEngine
@testable import Parallel
@testable import Vocabularies

struct OverlapTests {
    @Test(arguments: GoldenCase.all)
    func `the overlap is the reference's, candidates in its order`(golden: GoldenCase) throws {
        let overlap = try golden.overlap()
        let vectors = try golden.vectors
        let expected = try golden.golden
        let entries = Array(try present(expected["overlap"]).elements)
        #expect(overlap.overlapping == entries.compactMap { $0["id"]?.integer })
        #expect(overlap.new == expected["new"]?.integers)
        let roles = FocusRoles(overlap, vectors)
        let anchors = Set(roles.anchors.map(\.id))
        for entry in entries {
            let id = try #require(entry["id"]?.integer)
            #expect(overlap.candidates(of: id) == entry["source_ids"]?.integers, "token \(id)")
            #expect(overlap.source(of: id) == entry["source_ids"]?.integers.first)
            let kind: MatchKind =
                switch entry["match"]?.string {
                case "exact_match": .exact
                case "fuzzy_match": .fuzzy
                default: .symbol
                }
            #expect(overlap.match(of: id) == kind, "token \(id)")
            #expect(anchors.contains(id) == entry["use_for_focus"]?.boolean, "token \(id)")
        }
        #expect(roles.anchors.map(\.id) == expected["focus_columns"]?.integers)
        #expect(roles.combined.map(\.id) == expected["focus_rows"]?.integers.sorted())
    }

    @Test func `no way of matching is an error, as it is in the reference`() throws {
        #expect(try GoldenCase.withError.golden["error"] != nil)
        let error = #expect(throws: VocabularyError.self) { try GoldenCase.withError.overlap() }
        #expect(error == .noMatchOptions)
    }

    private func vocabulary(
        _ tokens: [String], _ spelling: TokenSpelling, special: Set<Int> = [], roles: [SpecialRole: Int] = [:]
    ) throws -> Vocabulary {
        try Vocabulary(
            tokens: tokens.enumerated().map { (id: $0.offset, text: TokenText($0.element)) }, spelling: spelling,
            specialIDs: special, roles: roles)
    }

    @Test func `special tokens match by role when their texts differ`() throws {
        let source = try vocabulary(
            ["<s>", "<pad>", "</s>", "<unk>", "▁Haus"], .sentencePiece, special: [0, 1, 2, 3],
            roles: [.beginning: 0, .padding: 1, .end: 2, .unknown: 3])
        let target = try vocabulary(
            ["[PAD]", "[CLS]", "[SEP]", "[MASK]", "Haus"], .wordPiece, special: [0, 1, 2, 3],
            roles: [.padding: 0, .classification: 1, .separator: 2, .mask: 3])
        let overlap = try Overlap(target: target, source: source)
        #expect((0..<5).map { overlap.source(of: $0) } == [1, 0, 2, nil, 4])
        #expect((0..<5).map { overlap.match(of: $0) } == [.role, .role, .role, nil, .exact])
        #expect(overlap.candidates(of: 0) == [1])
        #expect(overlap.counts == [.role: 3, .exact: 1])
        let reference = try Overlap(target: target, source: source, likeReference: true)
        #expect((0..<4).allSatisfy { reference.match(of: $0) == nil })
    }

    @Test func `the same role comes before a counterpart, and a text that has the role before all`() throws {
        let source = try vocabulary(
            ["<cls>", "<bos>", "<pad>"], .plain, special: [0, 1, 2],
            roles: [.classification: 0, .beginning: 1, .padding: 2])
        let target = try vocabulary(
            ["[CLS]", "<pad>"], .plain, special: [0, 1], roles: [.classification: 0, .unknown: 1, .beginning: 0])
        let overlap = try Overlap(target: target, source: source)
        #expect(overlap.source(of: 0) == 1)  // as what begins a text: the first of its roles
        #expect(overlap.match(of: 1) == .exact)
    }

    @Test func `a role comes before a text`() throws {
        // Gemma's vocabulary: <bos> begins texts, and <s> is an ordinary token.
        let source = try vocabulary(
            ["<pad>", "<eos>", "<bos>", "<s>", "</s>", "Haus"], .plain, special: [0, 1, 2],
            roles: [.padding: 0, .end: 1, .beginning: 2])
        let target = try vocabulary(
            ["<s>", "</s>", "<pad>", "Haus", "<mask>"], .plain, special: [0, 1, 2, 4],
            roles: [.beginning: 0, .end: 1, .padding: 2, .mask: 4])
        let overlap = try Overlap(target: target, source: source)
        #expect((0..<5).map { overlap.source(of: $0) } == [2, 1, 0, 5, nil])
        #expect((0..<5).map { overlap.match(of: $0) } == [.role, .role, .exact, .exact, nil])
        #expect(overlap.roleMatches.map(\.role) == [.beginning, .end, .padding, .mask])
        #expect(overlap.roleMatches.map(\.source) == [2, 1, 0, nil])
        #expect(overlap.roleMatches.map(\.isByRole) == [true, true, false, false])
        let reference = try Overlap(target: target, source: source, likeReference: true)
        #expect((0..<4).map { reference.source(of: $0) } == [3, 4, 0, 5])
        #expect(reference.roleMatches.isEmpty)
    }

    @Test func `a token of several roles is matched by what it really does`() throws {
        let source = try vocabulary(
            ["<s>", "</s>"], .plain, special: [0, 1], roles: [.beginning: 0, .end: 1])
        // As of GPT-2: named start and end, but nothing is put before a text.
        var record = RoleRecord()
        record.putAroundText = [:]
        let target = try Vocabulary(
            tokens: [(id: 0, text: "<|endoftext|>")], spelling: .plain, specialIDs: [0],
            roles: [.beginning: 0, .end: 0], roleRecord: record)
        #expect(try Overlap(target: target, source: source).source(of: 0) == 1)
        record.putAroundText = [.beginning: 0]
        let put = try Vocabulary(
            tokens: [(id: 0, text: "<|endoftext|>")], spelling: .plain, specialIDs: [0],
            roles: [.beginning: 0, .end: 0], roleRecord: record)
        #expect(try Overlap(target: put, source: source).source(of: 0) == 0)
    }

    @Test func `token 0 counts in an extended vocabulary, and not in the reference`() throws {
        let source = try vocabulary(["a", "b"], .plain)
        let target = try vocabulary(["a", "b", "c"], .plain)
        let language = try vocabulary(["a", "c"], .plain)
        let overlap = try Overlap(target: target, source: source, extension: language)
        #expect((0..<3).map(overlap.mayBeAnchor) == [true, false, false])
        let reference = try Overlap(target: target, source: source, extension: language, likeReference: true)
        #expect((0..<3).map(reference.mayBeAnchor) == [false, false, false])
    }

    @Test func `fragments match by bytes across spellings`() throws {
        let source = try vocabulary(["<0xC3>", "<0x0A>", "\u{FFFD}"], .sentencePiece)
        let target = try vocabulary(["Ã", "Â", "Ċ"], .byteLevel)
        let overlap = try Overlap(target: target, source: source)
        #expect((0..<3).map { overlap.source(of: $0) } == [0, nil, 1])
        let reference = try Overlap(target: target, source: source, likeReference: true)
        #expect((0..<3).map { reference.source(of: $0) } == [2, 2, nil])
    }

    @Test(arguments: GoldenCase.all)
    func `the overlap is the same on any number of threads`(golden: GoldenCase) throws {
        let source = try GoldenCase.vocabulary("source")
        let (one, many) = try (
            Overlap(target: golden.target, source: source, options: golden.options),
            Overlap(target: golden.target, source: source, options: golden.options, workers: Workers(count: 5))
        )
        #expect(one.overlapping == many.overlapping)
        #expect(one.overlapping.map(one.candidates) == many.overlapping.map(many.candidates))
    }

    @Test func `empty vocabularies overlap in nothing`() throws {
        let empty = try vocabulary([], .plain)
        let some = try vocabulary(["a"], .plain)
        #expect(try Overlap(target: empty, source: some).overlapping.isEmpty)
        #expect(try Overlap(target: some, source: empty).new == [0])
    }

    @Test func `rows without a token are neither overlapping nor new`() throws {
        let sparse = try Vocabulary(tokens: [(id: 3, text: "a"), (id: 1, text: "b")], spelling: .plain)
        let overlap = try Overlap(target: sparse, source: vocabulary(["a"], .plain))
        #expect((overlap.overlapping, overlap.new, overlap.rowCount) == ([3], [1], 4))
        #expect(overlap.match(of: 2) == nil && overlap.candidates(of: 99).isEmpty)
    }
}
