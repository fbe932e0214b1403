import Testing
import Vocabularies

struct VocabularyTests {
    @Test func `tokens are found by id and by bytes, and only as spelled`() throws {
        let tokens: [(id: Int, text: TokenText)] = [(5, "\u{E9}"), (0, "e\u{301}"), (2, ""), (7, TokenText([0xFF]))]
        let vocabulary = try Vocabulary(tokens: tokens, spelling: .plain)
        #expect((vocabulary.rowCount, vocabulary.count) == (8, 4))
        #expect(vocabulary.ids == [0, 2, 5, 7])
        for (id, text) in tokens {
            #expect(vocabulary.text(of: id) == text)
            #expect(vocabulary.id(of: text) == id)
        }
        #expect(vocabulary.text(of: 1) == nil && vocabulary.text(of: -1) == nil && vocabulary.text(of: 8) == nil)
        #expect(vocabulary.id(of: "e") == nil && !vocabulary.contains(id: 3) && vocabulary.contains(id: 2))
    }

    @Test func `many tokens are all found`() throws {
        let tokens = (0..<20_000).map { (id: 3 * $0, text: TokenText("token \($0) \($0 % 7)")) }
        let vocabulary = try Vocabulary(tokens: tokens, spelling: .plain)
        #expect(tokens.allSatisfy { vocabulary.id(of: $0.text) == $0.id && vocabulary.text(of: $0.id) == $0.text })
        #expect(vocabulary.id(of: "token 20000 1") == nil)
    }

    @Test func `an empty vocabulary has no rows`() throws {
        let vocabulary = try Vocabulary(TokenList(), spelling: .plain)
        #expect(vocabulary.rowCount == 0 && vocabulary.ids.isEmpty && vocabulary.id(of: "") == nil)
    }

    @Test func `what is no vocabulary is an error`() {
        func make(_ tokens: [(id: Int, text: TokenText)]) throws(VocabularyError) {
            _ = try Vocabulary(tokens: tokens, spelling: .plain)
        }
        #expect(throws: VocabularyError.duplicateID(id: 1, tokens: ["a", "b"])) { try make([(1, "a"), (1, "b")]) }
        #expect(throws: VocabularyError.duplicateToken("a", ids: [1, 2])) { try make([(1, "a"), (2, "a")]) }
        #expect(throws: VocabularyError.idOutOfRange(id: -1, token: "a")) { try make([(-1, "a")]) }
        #expect(throws: VocabularyError.idOutOfRange(id: 1 << 24, token: "a")) { try make([(1 << 24, "a")]) }
    }
}
