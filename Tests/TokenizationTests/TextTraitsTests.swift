import Testing

@testable import Tokenization

/// Expected values are those of `tokenizers` 0.23.3: a script is one where its pre-tokenizer UnicodeScripts cuts the
/// character from those of other scripts, a number is what Digits cuts off, and punctuation what Punctuation does:
///
///     python -c "from tokenizers.pre_tokenizers import *; print(
///         [len(UnicodeScripts().pre_tokenize_str(pair)) for pair in ('aб', 'aé', 'ひ漢', 'नी', 'न०', 'ー漢', '!µ', '!😀')],
///         [len(Digits(True).pre_tokenize_str('x' + c)) for c in '7½०Ⅳ①三'],
///         [len(Punctuation().pre_tokenize_str('x' + c)) for c in '!¿\$«、+_€±'])"
///     [2, 1, 1, 1, 1, 1, 1, 1] [2, 2, 2, 2, 2, 1] [2, 2, 2, 2, 2, 2, 2, 1, 1]
struct TextTraitsTests {
    private func traits(_ text: String) throws -> TextTraits { try #require(TextTraits(Array(text.utf8))) }

    @Test(arguments: [("a", "б", 2), ("a", "é", 1), ("ひ", "漢", 1), ("न", "ी", 1), ("न", "०", 1), ("ー", "漢", 1)])
    func `scripts are those that UnicodeScripts tells apart`(_ one: String, _ other: String, _ pieces: Int) throws {
        let scripts = (try traits(one).scripts, try traits(other).scripts)
        #expect(scripts.0.count == 1)
        #expect(scripts.0.union(scripts.1).count == pieces)
        #expect(try traits(one + other).scripts.count == pieces)
    }

    @Test(arguments: ["!", "µ", "😀", "€", " ", "7", "½", "、", "\u{301}", "\u{200D}", ""])
    func `signs, emoji, digits and accents are of no script`(_ text: String) throws {
        #expect(try traits(text).scripts.isEmpty)
    }

    @Test(arguments: zip(["7", "½", "०", "Ⅳ", "①", "三", "12", "1a", ""], [1, 1, 1, 1, 1, 0, 1, 0, 0]))
    func `numbers are what Digits cuts off`(_ text: String, _ isNumeric: Int) throws {
        #expect(try traits(text).isNumeric == (isNumeric == 1))
    }

    @Test(arguments: zip(["!", "¿", "$", "«", "、", "+", "_", "€", "±", "a!", ""], [1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0]))
    func `punctuation is what Punctuation cuts off`(_ text: String, _ isPunctuation: Int) throws {
        #expect(try traits(text).isPunctuation == (isPunctuation == 1))
    }

    @Test func `characters are scalars, and halves of one are none`() throws {
        #expect(try traits("ae\u{301}").count == 3)
        #expect(TextTraits([0xC3]) == nil)
        #expect(TextTraits([0xED, 0xA0, 0x80]) == nil)
    }

    @Test func `a script is the text's with so large a share of its letters`() throws {
        let (latin, cyrillic) = (try traits("a").scripts, try traits("б").scripts)
        var letters = ScriptLetters()
        #expect(letters.scripts(ofAtLeast: 0.01).isEmpty)
        letters.add(Array((String(repeating: "a1! ", count: 99) + "б").utf8).span)
        #expect(letters.scripts(ofAtLeast: 0.01) == latin.union(cyrillic))
        var more = ScriptLetters()
        more.add(Array("é".utf8).span)
        letters.add(more)
        #expect(letters.scripts(ofAtLeast: 0.01) == latin)
    }
}
