import JSON
import TestSupport
import Testing

@testable import Tokenization

@Suite struct MalformedComponentTests {
    @Test(arguments: [
        #"7"#, #"[]"#, #""NFC""#, #"{}"#, #"{"type":7}"#, #"{"type":"Strip"}"#, #"{"type":"Strip","strip_left":true}"#,
        #"{"type":"Strip","strip_left":1,"strip_right":true}"#, #"{"type":"Replace"}"#,
        #"{"type":"Replace","pattern":" ","content":""}"#, #"{"type":"Replace","pattern":{"Text":" "},"content":""}"#,
        #"{"type":"Replace","pattern":{},"content":""}"#, #"{"type":"Replace","pattern":{"String":" "}}"#,
        #"{"type":"Replace","pattern":{"Regex":"(a"},"content":""}"#,
        #"{"type":"Replace","pattern":{"Regex":"[z-a]"},"content":""}"#, #"{"type":"Prepend"}"#,
        #"{"type":"Prepend","prepend":null}"#, #"{"type":"BertNormalizer"}"#,
        #"{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":0,"lowercase":true}"#,
        #"{"type":"Precompiled"}"#, #"{"type":"Precompiled","precompiled_charsmap":3}"#,
        #"{"type":"Precompiled","precompiled_charsmap":"AAAA"}"#,
        #"{"type":"Precompiled","precompiled_charsmap":"AAAAAA"}"#,
        #"{"type":"Precompiled","precompiled_charsmap":"AAAAAB=="}"#,
        #"{"type":"Precompiled","precompiled_charsmap":"!!!!"}"#,
        #"{"type":"Precompiled","precompiled_charsmap":"/////w=="}"#, #"{"type":"Sequence"}"#,
        #"{"type":"Sequence","normalizers":{}}"#, #"{"type":"Sequence","normalizers":[null]}"#,
        #"{"type":"Sequence","normalizers":[{"type":"Sequence","normalizers":[{"type":"Strip"}]}]}"#,
    ])
    func `a normalizer that is not well described is an error`(_ text: String) throws {
        let json = try JSONDocument(Array(text.utf8)).root
        let error = #expect(throws: TokenizerError.self) { _ = try NormalizerFactory.make(json) }
        #expect(error?.code == .invalid)
    }

    @Test(arguments: [
        #"7"#, #"{}"#, #"{"type":"Metaspace"}"#, #"{"type":"Metaspace","replacement":""}"#,
        #"{"type":"Metaspace","replacement":"ab"}"#, #"{"type":"Metaspace","replacement":7}"#,
        #"{"type":"Metaspace","replacement":"_","prepend_scheme":"sometimes"}"#,
        #"{"type":"Metaspace","replacement":"_","prepend_scheme":null}"#,
        #"{"type":"Metaspace","replacement":"_","split":"yes"}"#,
        #"{"type":"Metaspace","replacement":"_","add_prefix_space":false}"#,
        #"{"type":"Metaspace","replacement":"_","add_prefix_space":false,"prepend_scheme":"first"}"#,
        #"{"type":"ByteLevel"}"#, #"{"type":"ByteLevel","add_prefix_space":true}"#,
        #"{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":null}"#,
        #"{"type":"Punctuation","behavior":"isolated"}"#, #"{"type":"Punctuation","behavior":null}"#,
        #"{"type":"Digits"}"#, #"{"type":"Split"}"#,
        #"{"type":"Split","pattern":{"String":"-"},"behavior":"Isolated"}"#,
        #"{"type":"Split","pattern":{"String":"-"},"invert":false}"#,
        #"{"type":"Split","pattern":{"Regex":"*"},"behavior":"Isolated","invert":false}"#,
        #"{"type":"Split","pattern":{"Regex":"a","String":"a"},"behavior":"Isolated","invert":false}"#,
        #"{"type":"CharDelimiterSplit"}"#, #"{"type":"CharDelimiterSplit","delimiter":"--"}"#,
        #"{"type":"FixedLength","length":0}"#, #"{"type":"FixedLength","length":-1}"#,
        #"{"type":"FixedLength","length":1.5}"#, #"{"type":"FixedLength","length":"5"}"#, #"{"type":"Sequence"}"#,
        #"{"type":"Sequence","pretokenizers":[{"type":"Digits"}]}"#, #"{"type":"Sequence","pretokenizers":[null]}"#,
    ])
    func `a pre-tokenizer that is not well described is an error`(_ text: String) throws {
        let json = try JSONDocument(Array(text.utf8)).root
        let error = #expect(throws: TokenizerError.self) { _ = try PreTokenizerFactory.make(json) }
        #expect(error?.code == .invalid)
    }

    @Test func `a type that is not known is named`() throws {
        let json = try JSONDocument(Array(#"{"type":"Frobnicate"}"#.utf8)).root
        let normalizer = #expect(throws: TokenizerError.self) { _ = try NormalizerFactory.make(json) }
        #expect(normalizer?.code == .unsupported)
        #expect(normalizer?.message == #"the normalizer type "Frobnicate" is not known"#)
        let preTokenizer = #expect(throws: TokenizerError.self) { _ = try PreTokenizerFactory.make(json) }
        #expect(preTokenizer?.message == #"the pre-tokenizer type "Frobnicate" is not known"#)
    }

    @Test func `a regular expression that does not compile is quoted with the reason`() throws {
        let error = #expect(throws: TokenizerError.self) { _ = try Pattern(regex: Array("a(b".utf8)) }
        #expect(error?.message.contains("'a(b'") == true)
        #expect(error?.message.contains("parenthesis") == true)
    }

    @Test func `null is no component`() throws {
        let json = try JSONDocument(Array("null".utf8)).root
        #expect(try NormalizerFactory.make(json) == nil)
        #expect(try PreTokenizerFactory.make(json) == nil)
    }

    @Test func `sequences nested without end are an error`() throws {
        let text =
            String(repeating: #"{"type":"Sequence","normalizers":["#, count: 40) + String(repeating: "]}", count: 40)
        let json = try JSONDocument(Array(text.utf8)).root
        #expect(throws: TokenizerError.self) { _ = try NormalizerFactory.make(json) }
    }
}
