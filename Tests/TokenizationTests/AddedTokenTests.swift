import SystemPackage
import TestSupport
import Testing
import Tokenization
import Vocabularies

/// What the loader knows of tokens reaches the vocabulary.
struct AddedTokenTests {
    private func added(_ id: Int, _ content: String, special: Bool = false) -> String {
        """
        {"id": \(id), "content": "\(content)", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": \(!special), "special": \(special)}
        """
    }

    private func load(_ json: String, _ config: String = "{}", _ others: [String: String] = [:]) throws -> Tokenizer {
        let folder = try TemporaryFolder()
        try folder.write("tokenizer.json", json)
        try folder.write("tokenizer_config.json", config)
        for (name, text) in others { try folder.write(name, text) }
        return try Tokenizer.load(folder.path)
    }

    /// A byte-level tokenizer of a few letters, with added tokens.
    private func byteLevel(_ words: [String]) throws -> Tokenizer {
        let letters = ["a", "b", "Ġ", "Ã", "¶", "Ġa"]
        let vocab = letters.enumerated().map { "\"\($0.element)\": \($0.offset)" }.joined(separator: ", ")
        let list = words.enumerated().map { added(letters.count + $0.offset, $0.element) }.joined(separator: ",")
        return try load(
            """
            {"added_tokens": [\(list)], "normalizer": null,
             "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
             "decoder": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
             "model": {"type": "BPE", "vocab": {\(vocab)}, "merges": [["Ġ", "a"]]}}
            """)
    }

    @Test func `added tokens are their own text`() throws {
        let vocabulary = try byteLevel(["größer", "čas", " đem", "ab"]).vocabulary
        #expect(vocabulary.literalIDs == [6, 7, 8, 9])
        let texts = (3..<10).map { vocabulary.ownText(of: $0) }
        #expect(texts[0] == OwnText([0xC3], beginsWord: false))
        #expect(texts[2] == OwnText(Array("a".utf8), beginsWord: true))
        #expect(texts[3] == OwnText(Array("größer".utf8), beginsWord: false))
        #expect(texts[4] == OwnText(Array("čas".utf8), beginsWord: false))
        #expect(texts[5] == OwnText(Array("đem".utf8), beginsWord: true))
        let forms = CanonicalVocabulary(vocabulary)
        #expect((6..<10).map { forms.form(of: $0)?.text } == ["größer", "čas", "▁đem", "ab"])
        #expect(forms.form(of: 8)?.beginsWord == true)
    }

    @Test func `the file's decoder reaches the vocabulary`() throws {
        func words(_ decoder: String, _ model: String, _ ids: Range<Int>) throws -> [TokenText?] {
            let vocabulary = try load(#"{"added_tokens": [], "decoder": \#(decoder), "model": \#(model)}"#).vocabulary
            let forms = CanonicalVocabulary(vocabulary)
            return ids.map { forms.form(of: $0)?.text }
        }
        let bpe = #"{"type": "BPE", "vocab": {"dom": 0, "dom</w>": 1}, "merges": [], "end_of_word_suffix": "</w>"}"#
        #expect(try words(#"{"type": "BPEDecoder", "suffix": "</w>"}"#, bpe, 0..<2) == ["dom", "dom"])
        #expect(
            try words(
                #"{"type": "WordPiece", "prefix": "@@", "cleanup": true}"#,
                #"{"type": "WordPiece", "vocab": {"[UNK]": 0, "ab": 1, "@@b": 2}, "unk_token": "[UNK]", "#
                    + #""continuing_subword_prefix": "@@"}"#,
                1..<3) == ["▁ab", "b"])
        #expect(
            try words(
                #"{"type": "Metaspace", "replacement": "_", "prepend_scheme": "always", "split": true}"#,
                #"{"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0], ["_ab", -1], ["b", -2]]}"#, 1..<3)
                == ["▁ab", "b"])
        #expect(
            try words(
                #"{"type": "CTC", "pad_token": "<pad>", "word_delimiter_token": "|", "cleanup": true}"#,
                #"{"type": "WordLevel", "vocab": {"<pad>": 0, "|": 1, "a|b": 2}, "unk_token": "<pad>"}"#, 2..<3)
                == ["a b"])
        let steps = #"[{"type": "Replace", "pattern": {"String": "~"}, "content": " "}, {"type": "Fuse"}]"#
        #expect(
            try words(
                #"{"type": "Sequence", "decoders": \#(steps)}"#,
                #"{"type": "WordLevel", "vocab": {"~ab": 0, "b": 1}, "unk_token": "b"}"#, 0..<2) == ["▁ab", "b"])
    }

    private let words =
        #"{"type": "WordLevel", "vocab": {"[UNK]": 0, "a": 1, "<s>": 2, "</s>": 3}, "unk_token": "[UNK]"}"#

    private func template(_ before: String, _ after: String) -> String {
        func part(_ text: String) -> String { #"{"SpecialToken": {"id": "\#(text)", "type_id": 0}},"# }
        return """
            {"type": "TemplateProcessing", "single": [\(before.isEmpty ? "" : part(before))
              {"Sequence": {"id": "A", "type_id": 0}}\(after.isEmpty ? "" : "," + part(after).dropLast())], "pair": [],
             "special_tokens": {"<s>": {"id": "<s>", "ids": [2], "tokens": ["<s>"]},
                                "</s>": {"id": "</s>", "ids": [3], "tokens": ["</s>"]}}}
            """
    }

    @Test func `what stands around a text plays its roles`() throws {
        let both = try load(#"{"added_tokens": [], "post_processor": \#(template("<s>", "</s>")), "model": \#(words)}"#)
        #expect(both.rolesPutAroundText == [.beginning: 2, .end: 3])
        #expect(both.vocabulary.roleRecord.origins[.beginning] == .text)
        let named = try load(
            #"{"added_tokens": [], "post_processor": \#(template("<s>", "</s>")), "model": \#(words)}"#,
            #"{"cls_token": "<s>", "sep_token": "</s>", "bos_token": "a"}"#)
        #expect(named.rolesPutAroundText == [.classification: 2, .separator: 3, .end: 3])
        #expect(named.vocabulary.roles[.beginning] == 1)
        #expect(named.vocabulary.roleRecord.origins[.beginning] == .tokenizerConfig)
        // What a configuration calls the start is none where another token begins the text.
        let other = try load(
            #"{"added_tokens": [], "post_processor": \#(template("<s>", "")), "model": \#(words)}"#,
            #"{"bos_token": "a"}"#)
        #expect(other.rolesPutAroundText == [.beginning: 2] && other.vocabulary.roles[.beginning] == 2)
    }

    @Test func `a start that is never put before a text is none`() throws {
        let config = #"{"model_type": "none", "bos_token_id": 1, "eos_token_id": [3, 1], "pad_token_id": 99}"#
        let list = [added(2, "<s>"), added(3, "</s>", special: true)].joined(separator: ",")
        let tokenizer = try load(
            #"{"added_tokens": [\#(list)], "model": \#(words)}"#, #"{"bos_token": null}"#, ["config.json": config])
        let vocabulary = tokenizer.vocabulary
        #expect(vocabulary.roles[.beginning] == nil && vocabulary.roles[.padding] == nil)
        #expect(vocabulary.roleRecord.unplayed[.beginning] == .init(id: 1, origin: .config))
        #expect(vocabulary.roles[.end] == 3 && vocabulary.roleRecord.origins[.end] == .config)
        #expect(tokenizer.rolesPutAroundText.isEmpty)
        let put = try load(
            #"{"added_tokens": [], "post_processor": \#(template("<s>", "")), "model": \#(words)}"#, "{}",
            ["config.json": config])
        #expect(put.vocabulary.roles[.beginning] == 2 && put.vocabulary.roleRecord.unplayed.isEmpty)
    }

    @Test(arguments: ["BartphoTokenizer", "ErnieMTokenizer", "SomebodysTokenizer"])
    func `a class whose numbers are not known is refused by name`(name: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("sentencepiece.bpe.model", Fixture("sentencepiece/unigram-bytes.model").bytes)
        try folder.write("tokenizer_config.json", #"{"tokenizer_class": "\#(name)"}"#)
        let error = try #require(throws: TokenizerError.self) { try Tokenizer.load(folder.path) }
        #expect(error.description.contains(name) && error.description.contains("tokenizer.json"))
    }

    @Test(arguments: ["tokenizer.model", "qwen.tiktoken", "tiktoken.model"])
    func `tiktoken's files are named`(name: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(name, "IQ== 0\nIg== 1\nIw== 2\n")
        let error = try #require(throws: TokenizerError.self) { try Tokenizer.load(folder.path) }
        #expect(error.description.contains("tiktoken") && error.description.contains("tokenizer.json"))
    }

    @Test func `a SentencePiece model that holds T5's extra ids keeps their ids`() throws {
        let folder = try TemporaryFolder()
        try folder.write("spiece.model", Fixture("sentencepiece/unigram-bytes.model").bytes)
        let plain = try Tokenizer.load(folder.path).vocabulary
        try folder.write("tokenizer_config.json", #"{"tokenizer_class": "T5Tokenizer", "extra_ids": 4}"#)
        let extended = try Tokenizer.load(folder.path).vocabulary
        #expect(extended.rowCount == plain.rowCount + 4)
        #expect(extended.id(of: "<extra_id_3>") == plain.rowCount)
    }
}
