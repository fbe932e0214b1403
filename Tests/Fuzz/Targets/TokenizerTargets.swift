internal import JSON
internal import SystemPackage
internal import Tokenization
internal import Vocabularies

extension FuzzTarget {
    /// A `tokenizer.json`, and behind a mark a text that it encodes.
    static let tokenizerJSON = FuzzTarget(
        "tokenizer-json", maximumByteCount: 1 << 16, allocationLimit: 256, words: jsonWords + tokenizerWords,
        seeds: {
            let variants = try FuzzSeed.fixtures("tokenizer-variants", ".json").compactMap { variant -> FuzzSeed? in
                guard let tokenizer = try JSONDocument(variant.bytes).root["tokenizer"] else { return nil }
                return FuzzSeed(variant.name, files: [JSONBuilder(tokenizer).written(), sampleText])
            }
            return try variants + FuzzSeed.fixtures("golden/tokenizers", "tokenizer.json")
        },
        { bytes, folder in
            let sections = FuzzSections.split(bytes, count: 2)
            let path = try folder.place("tokenizer.json", sections[0])
            try check(Tokenizer.load(path), sections.count > 1 ? sections[1] : sampleText)
            // What `load` takes, `vocabulary` takes too.
            do { _ = try Tokenizer.vocabulary(at: path) } catch { throw FuzzFinding("has no vocabulary: \(error)") }
        })

    /// A folder of a tokenizer without a `tokenizer.json`.
    static let tokenizerFiles = FuzzTarget(
        "tokenizer-files", allocationLimit: 256,
        words: jsonWords + [
            "#version: 0.2\n", "\u{C4}\u{A0}", "\n", " ", "[UNK]", "##a", "\"tokenizer_class\":\"", "GPT2Tokenizer",
            "BertTokenizer",
            "T5Tokenizer", "\"added_tokens_decoder\":{\"", "\"do_lower_case\":", "\"extra_ids\":",
            "\"add_prefix_space\":",
            "\"unk_token\":", "\"special\":true", "\"content\":\"",
        ],
        seeds: {
            let vocabulary = ##"{"a":0,"b":1,"ab":2,"Ġ":3,"Ġa":4,"<|endoftext|>":5}"##
            let config =
                #"{"tokenizer_class":"GPT2Tokenizer","bos_token":"<|endoftext|>","added_tokens_decoder":{"5":{"content":"<|endoftext|>"}}}"#
            let words = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\n##a\n##b\n"
            let files = [config, #"{"eos_token":"<|endoftext|>"}"#, vocabulary, "#version: 0.2\na b\nĠ a\n"]
            return [
                FuzzSeed("byte-level", files: files.map { Array($0.utf8) }),
                FuzzSeed("word-pieces", files: ["{}", "{}", words].map { Array($0.utf8) }),
            ]
        },
        { bytes, folder in
            let sections = FuzzSections.split(bytes, count: 4)
            try folder.place("tokenizer_config.json", sections[0])
            try folder.place("special_tokens_map.json", sections.count > 1 ? sections[1] : nil)
            // Three files are those of a WordPiece tokenizer, four of a byte-level one.
            try folder.place("vocab.txt", sections.count == 3 ? sections[2] : nil)
            try folder.place("vocab.json", sections.count == 4 ? sections[2] : nil)
            try folder.place("merges.txt", sections.count == 4 ? sections[3] : nil)
            try check(Tokenizer.load(folder.path), sampleText)
        })

    /// A SentencePiece model, and behind a mark a text that it encodes.
    static let sentencePiece = FuzzTarget(
        "sentencepiece", allocationLimit: 256,
        words: ["<unk>", "<0x0A>", "\u{E2}\u{96}\u{81}", "\u{18}\u{6}", "\u{18}\u{2}", FuzzSections.mark],
        seeds: {
            try FuzzSeed.fixtures("sentencepiece", ".model").map { FuzzSeed($0.name, files: [$0.bytes, sampleText]) }
        },
        { bytes, folder in
            let sections = FuzzSections.split(bytes, count: 2)
            let path = try folder.place("tokenizer.model", sections[0])
            try check(Tokenizer.load(path), sections.count > 1 ? sections[1] : sampleText)
        })

    /// Mistral's tekken.json, and behind a mark a text that it encodes.
    static let tekken = FuzzTarget(
        "tekken", allocationLimit: 256,
        words: jsonWords + [
            "\"config\":{", "\"pattern\":\"", "\"default_vocab_size\":", "\"default_num_special_tokens\":", "AA==",
            "\"vocab\":[", "{\"rank\":", "\"token_bytes\":\"", "\"special_tokens\":[", "\"token_str\":\"",
            "\"is_control\":false",
        ],
        seeds: {
            let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
            let bytes = (0..<256).map { "\(digits[$0 >> 2])\(digits[($0 & 3) << 4])==" } + ["YWI=", "YWJj", "IGE="]
            let vocab = bytes.enumerated().map { #"{"rank":\#($0),"token_bytes":"\#($1)"}"# }.joined(separator: ",")
            let file =
                #"{"config":{"pattern":"\\p{L}+|[^\\p{L}]+","default_vocab_size":269,"default_num_special_tokens":10},"#
                + #""vocab":[\#(vocab)],"special_tokens":[{"rank":1,"token_str":"<s>","is_control":true}]}"#
            return [FuzzSeed("ranks", files: [Array(file.utf8), sampleText])]
        },
        { bytes, folder in
            let sections = FuzzSections.split(bytes, count: 2)
            let path = try folder.place("tekken.json", sections[0])
            try check(Tokenizer.load(path), sections.count > 1 ? sections[1] : sampleText)
        })

    private static let sampleText = Array(
        "Hello, wörld!  a\u{301} \u{1F468}\u{200D}\u{1F469} 12345\n\t<s> ab ##a ▁ Ġ日本 …".utf8)

    private static let tokenizerWords = [
        "\"model\":{", "\"type\":\"BPE\"", "\"Unigram\"", "\"WordPiece\"", "\"WordLevel\"", "\"vocab\":", "\"merges\":",
        "\"unk_token\":",
        "\"unk_id\":", "\"byte_fallback\":true", "\"normalizer\":", "\"pre_tokenizer\":", "\"decoder\":",
        "\"post_processor\":",
        "\"added_tokens\":", "\"Sequence\"", "\"Split\"", "\"pattern\":{\"Regex\":\"", "\"ByteLevel\"", "\"Metaspace\"",
        "\"Replace\"",
        "\"Precompiled\"", "\"precompiled_charsmap\":\"", "\"Strip\"", "\"TemplateProcessing\"", "\"NFKC\"", "(a+)+$",
        "(?:", "\\\\p{L}+",
    ]

    /// Encodes `text` and decodes what came of it.
    private static func check(_ tokenizer: Tokenizer, _ text: [UInt8]) throws {
        let vocabulary = tokenizer.vocabulary
        for id in vocabulary.ids.prefix(64) {
            guard let text = vocabulary.text(of: id), vocabulary.id(of: text) == id else {
                throw FuzzFinding("token \(id) is not found by its text")
            }
            _ = tokenizer.text(of: id)
        }
        let ids = try tokenizer.encode(Array(text.prefix(1 << 12)), addSpecialTokens: true)
        for id in ids {
            try FuzzFinding.unless(id >= 0, "a text has the token \(id)")
        }
        _ = tokenizer.decode(ids.prefix(1 << 12))
        _ = tokenizer.decode([-1, .max, 0], skippingSpecialTokens: true)
        _ = tokenizer.pieces(of: Array(text.prefix(1 << 10)), beginsWord: true)
        _ = try tokenizer.tokens(of: Array(text.prefix(1 << 10)))
    }
}
