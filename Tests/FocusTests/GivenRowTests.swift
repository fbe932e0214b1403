import FocusEngine
import Parallel
import SystemPackage
import TestSupport
import Testing
import Vocabularies

@testable import Focus

struct GivenRowTests {
    private func overlap(apart: Set<Int> = []) throws -> Overlap {
        func vocabulary(_ texts: [String]) throws -> Vocabulary {
            try Vocabulary(tokens: texts.enumerated().map { ($0, TokenText($1)) }, spelling: .sentencePiece)
        }
        return try Overlap(
            target: vocabulary(["▁a", "▁b", "▁c"]), source: vocabulary(["▁b", "▁que", "ry", "▁a"]), options: .exact,
            workers: Workers(count: 1)
        ).withoutAnchors(apart)
    }

    @Test func `a given row is the source row, or the plain mean, and no anchor`() throws {
        let plan = try RowPlan.copying(overlap(apart: [0])).replacing([(0, [2]), (2, [1, 2, 2])], as: .given)
        #expect(plan.kinds == [.given, .copy, .given])
        #expect(plan.anchors == [1])
        #expect(plan.copiedRow(0) == 2 && plan.copiedRow(2) == nil)
        #expect(plan.entry(2) == .combination(sourceRows: [1, 2], weights: [1.0 / 3, 2.0 / 3]))
        #expect(plan.summary.given == 2 && plan.summary.copied == 1)
        #expect(plan.limited(to: 2).kinds == [.mean, .copy, .given])
    }

    @Test func `a token that is no anchor stays in the overlap`() throws {
        let apart = try overlap(apart: [0])
        #expect(apart.overlapping == [0, 1] && !apart.mayBeAnchor(0) && apart.mayBeAnchor(1))
    }

    @Test func `names are texts first and ids where no token reads so`() throws {
        let vocabulary = try Vocabulary(
            tokens: [(0, "a"), (3, "#0"), (7, "#9")].map { ($0.0, TokenText($0.1)) }, spelling: .plain)
        func id(_ name: String) -> Int? { NamedToken(Array(name.utf8)).id(in: vocabulary) }
        #expect(id("a") == 0 && id("#0") == 3 && id("#3") == 3 && id("#9") == 7 && id("#7") == 7)
        #expect(id("#1") == nil && id("#-1") == nil && id("#") == nil && id("") == nil)
        #expect(NamedToken(id: 7).id(in: vocabulary) == 7)
    }

    @Test func `a role that is given decides before those of files`() throws {
        func vocabulary(_ texts: [String], _ roles: [SpecialRole: Int]) throws -> Vocabulary {
            try Vocabulary(tokens: texts.enumerated().map { ($0, TokenText($1)) }, spelling: .plain, roles: roles)
        }
        let target = try vocabulary(["<s>", "<m>"], [.beginning: 0]).assigning([.mask: 1])
        let source = try vocabulary(["[CLS]", "[MASK]", "[HOLE]"], [.classification: 0, .mask: 1])
        let usual = try Overlap(target: target, source: source)
        #expect(usual.source(of: 0) == 0 && usual.source(of: 1) == 1)
        let given = try Overlap(target: target, source: source.assigning([.mask: 2]))
        #expect(given.source(of: 1) == 2)
        #expect(given.roleMatches.first?.role == .mask && given.roleMatches.first?.sourceOrigin == .user)
    }
}
