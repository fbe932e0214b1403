internal import Focus
internal import JSON
internal import Tokenization
internal import Vocabularies

extension FuzzTarget {
    /// JSON texts: what was read is written, and is then the same.
    static let json = FuzzTarget(
        "json", maximumByteCount: 1 << 12, words: jsonWords,
        seeds: {
            try FuzzSeed.fixtures("safetensors", ".json") + FuzzSeed.fixtures("golden/tokenizers", "config.json") + [
                FuzzSeed("escapes", #"{"a":["\u00e9\ud83d\ude00\n\\",-1.5e-3,true,null,{}],"b":{"c":[[[]]]}}"#)
            ]
        },
        { bytes, _ in
            let document = try JSONDocument(bytes)
            var count = 0
            visit(document.root, &count)
            try FuzzFinding.unless(count <= bytes.count, "\(count) values in \(bytes.count) bytes")
            let builder = JSONBuilder(document.root)
            for indentation in [nil, 2] {
                let written = builder.written(indentation: indentation)
                guard let again = try? JSONDocument(written) else { throw FuzzFinding("what was written is no JSON") }
                try FuzzFinding.unless(JSONBuilder(again.root) == builder, "what was written is something else")
            }
        })

    /// config.json, generation_config.json and the like, rewritten for another vocabulary.
    static let config = FuzzTarget(
        "config", maximumByteCount: 1 << 12, words: jsonWords + configWords,
        seeds: {
            try FuzzSeed.fixtures("golden/tokenizers", "config.json") + FuzzSeed.fixtures("tokenizers", "config.json")
        },
        { bytes, _ in
            let document = try JSONDocument(bytes)
            var config = try CheckpointConfig(
                from: vocabulary("a", "b", "<pad>"), to: vocabulary("<pad>", "c", "a"))
            let written = config.rewrite(document.root, named: "config.json").written(indentation: 2)
            guard (try? JSONDocument(written)) != nil else { throw FuzzFinding("what was written is no JSON") }
        })

    static let jsonWords = [
        "{\"", "\":", "\",\"", "[", "]", "{}", "\\u00e9", "\\ud83d\\ude00", "\\u0000", "null", "true", "false", "1e9",
        "-0",
        "18446744073709551615", "9223372036854775807", "-9223372036854775808", "4294967296", "0.5", "..", "/",
        FuzzSections.mark,
    ]

    private static let configWords = [
        "\"vocab_size\"", "\"pad_token_id\"", "\"bos_token_id\"", "\"eos_token_id\"", "\"decoder_start_token_id\"",
        "\"text_config\"", "\"forced_decoder_ids\"", "\"suppress_tokens\"", "\"bad_words_ids\"", "\"lang_to_id\"",
        "\"image_token_index\"", "\"tie_word_embeddings\"", "\"tokenizer_class\"", "\"task_specific_params\"",
        "\"force_words_ids\"", "\"id2label\"",
    ]

    private static func visit(_ value: JSONValue, _ count: inout Int) {
        count += 1
        _ = (value.integer, value.double, value.bytes, value.string, value.boolean, value.byteOffset)
        for element in value.elements { visit(element, &count) }
        for member in value.members { visit(member.value, &count) }
    }

    private static func vocabulary(_ tokens: TokenText...) throws -> Vocabulary {
        try Vocabulary(
            tokens: tokens.enumerated().map { (id: $0, text: $1) }, spelling: .sentencePiece,
            roles: [.padding: tokens.firstIndex(of: "<pad>") ?? 0])
    }
}
