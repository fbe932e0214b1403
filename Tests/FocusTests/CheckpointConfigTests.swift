import JSON
import Testing

@testable import Focus
@testable import Vocabularies

/// Source: `<s>` 0, `<pad>` 1, `</s>` 2, `<unk>` 3, `de_DE` 4. Target: `[PAD]` 0, `[UNK]` 1, `[CLS]` 2, `[SEP]` 3,
/// `de_DE` 7.
private func mapping() throws -> TokenIDMapping {
    TokenIDMapping(
        source: try Vocabulary(
            tokens: tokens([0: "<s>", 1: "<pad>", 2: "</s>", 3: "<unk>", 4: "de_DE", 5: "xx"]),
            spelling: .sentencePiece, specialIDs: [0, 1, 2, 3],
            roles: [.beginning: 0, .padding: 1, .end: 2, .unknown: 3]),
        target: try Vocabulary(
            tokens: tokens([0: "[PAD]", 1: "[UNK]", 2: "[CLS]", 3: "[SEP]", 7: "de_DE"]), spelling: .wordPiece,
            specialIDs: [0, 1, 2, 3], roles: [.classification: 2, .padding: 0, .separator: 3, .unknown: 1]))
}

private func tokens(_ texts: [Int: TokenText]) -> [(id: Int, text: TokenText)] {
    texts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
}

private func rewritten(_ text: String) throws -> (text: String, config: CheckpointConfig) {
    var config = CheckpointConfig(
        ids: try mapping(), sourceRows: [100, 98], targetRows: 8, tokenizerClass: "BertTokenizer")
    let value = config.rewrite(try JSONDocument(Array(text.utf8)).root, named: "config.json")
    return (String(decoding: value.written(), as: UTF8.self), config)
}

@Suite struct `Rewriting config` {
    @Test(arguments: [
        // Sizes, outermost and nested, but only those that are the vocabulary's.
        (#"{"vocab_size":100,"type_vocab_size":2}"#, #"{"vocab_size":8,"type_vocab_size":2}"#),
        (
            #"{"text_config":{"vocab_size":100},"hidden_size":100}"#,
            #"{"text_config":{"vocab_size":8},"hidden_size":100}"#
        ),
        (#"{"vocab_size":50}"#, #"{"vocab_size":50}"#),
        // Roles by key, whatever id stood there: e5's config says pad 0 where its tokenizer says 1.
        (
            #"{"pad_token_id":1,"bos_token_id":0,"eos_token_id":2}"#,
            #"{"pad_token_id":0,"bos_token_id":2,"eos_token_id":3}"#
        ),
        (#"{"pad_token_id":0}"#, #"{"pad_token_id":0}"#),
        // Roles by what the id was, where the key does not tell.
        (
            #"{"decoder_start_token_id":2,"forced_bos_token_id":4}"#,
            #"{"decoder_start_token_id":3,"forced_bos_token_id":7}"#
        ),
        // Lists, nested lists.
        (#"{"eos_token_id":[2,3]}"#, #"{"eos_token_id":[3,1]}"#),
        (#"{"bad_words_ids":[[1],[2,0]]}"#, #"{"bad_words_ids":[[0],[3,2]]}"#),
        // A sequence means something as a whole only.
        (#"{"bad_words_ids":[[5,1],[4]]}"#, #"{"bad_words_ids":[[7]]}"#),
        (#"{"force_words_ids":[[[4],[2,1]]]}"#, #"{"force_words_ids":[[[7],[3,0]]]}"#),
        // Two ends of a text that are one in the target are listed once.
        (#"{"eos_token_id":[2,0]}"#, #"{"eos_token_id":[3,2]}"#),
        // Places in the text are no ids.
        (#"{"forced_decoder_ids":[[1,4],[2,5]]}"#, #"{"forced_decoder_ids":[[1,7]]}"#),
        // Ids by text.
        (#"{"lang_to_id":{"de_DE":4,"xx":5}}"#, #"{"lang_to_id":{"de_DE":7}}"#),
        // Names that are no tokens stand for the tokens of their numbers.
        (#"{"mode_to_id":{"formal":4,"plain":5}}"#, #"{"mode_to_id":{"formal":7}}"#),
        (#"{"id_to_mark":{"4":"m","5":"n"}}"#, #"{"id_to_mark":{"7":"m"}}"#),
        (#"{"lang2id":{"en":0,"fr":1}}"#, #"{"lang2id":{"en":0,"fr":1}}"#),
        (
            #"{"label2id":{"no":0,"yes":1},"id2label":{"0":"no"}}"#,
            #"{"label2id":{"no":0,"yes":1},"id2label":{"0":"no"}}"#
        ),
        (#"{"answer_token_ids":{"yes":[4],"no":2}}"#, #"{"answer_token_ids":{"yes":[7],"no":3}}"#),
        // Biases of sequences, as lists and as Python prints them.
        (#"{"sequence_bias":[[[4,2],-1.5],[[5],3.0]]}"#, #"{"sequence_bias":[[[7,3],-1.5]]}"#),
        (
            #"{"sequence_bias":{"(4, 2)":-1.5,"(5,)":3.0},"logit_bias":{"4":1}}"#,
            #"{"sequence_bias":{"(7, 3)":-1.5},"logit_bias":{"7":1}}"#
        ),
        // Names that nobody listed, and numbers that are no tokens.
        (#"{"newline_id":4,"line_end_ids":[4,2]}"#, #"{"newline_id":7,"line_end_ids":[7,3]}"#),
        (
            #"{"insert_layer_id":4,"speaker_id":4,"max_initial_timestamp_index":4}"#,
            #"{"insert_layer_id":4,"speaker_id":4,"max_initial_timestamp_index":4}"#
        ),
        (
            #"{"vision_config":{"anchor_id":4,"boi_token_id":4}}"#,
            #"{"vision_config":{"anchor_id":4,"boi_token_id":7}}"#
        ),
        (
            #"{"image_tokens":4,"num_group_tokens":[4,2],"stop_tokens":[4]}"#,
            #"{"image_tokens":4,"num_group_tokens":[4,2],"stop_tokens":[7]}"#
        ),
        (#"{"padding_idx":1,"eosTokenId":2}"#, #"{"padding_idx":0,"eosTokenId":3}"#),
        // A vocabulary beside that of text has its own ids, up to its size.
        (
            #"{"unit_vocab_size":30,"unit_eos_token_id":2,"unit_token_id":400}"#,
            #"{"unit_vocab_size":30,"unit_eos_token_id":2,"unit_token_id":400}"#
        ),
        // The tokens alone are told as such; what is past the last one stays past the last one.
        (#"{"vocab_size":6,"image_token_index":6}"#, #"{"vocab_size":8,"image_token_index":8}"#),
        (#"[{"modules":[{"true_token_id":4}]}]"#, #"[{"modules":[{"true_token_id":7}]}]"#),
        // Older names of the same.
        (#"{"pad_index":1,"mask_index":9}"#, #"{"pad_index":0,"mask_index":null}"#),
        // Sounds have ids of their own, and so has what the tokenizer does not know.
        (
            #"{"audio_config":{"vocab_size":1024,"pad_token_id":1}}"#,
            #"{"audio_config":{"vocab_size":1024,"pad_token_id":1}}"#
        ),
        (#"{"text_config":{"vocab_size":98,"pad_token_id":1}}"#, #"{"text_config":{"vocab_size":8,"pad_token_id":0}}"#),
        (#"{"codebook_start_token_id":2048}"#, #"{"codebook_start_token_id":2048}"#),
        (#"{"tokenizer_class":"XLMRobertaTokenizer"}"#, #"{"tokenizer_class":"BertTokenizer"}"#),
        (#"{"tokenizer_class":"PreTrainedTokenizerFast"}"#, #"{"tokenizer_class":"PreTrainedTokenizerFast"}"#),
        // What is nobody's business stays, order and number texts included.
        (#"{"z":1.50,"a":[1,2],"eos_token_id":null}"#, #"{"z":1.50,"a":[1,2],"eos_token_id":null}"#),
    ])
    func `maps sizes and ids and nothing else`(before: String, after: String) throws {
        #expect(try rewritten(before).text == after)
    }

    @Test func `says which id has no counterpart`() throws {
        let (text, config) = try rewritten(#"{"suppress_tokens":[5,4],"image_token_id":5}"#)
        #expect(text == #"{"suppress_tokens":[7],"image_token_id":-1}"#)
        #expect(config.remarks.count == 1 && config.losses.count == 1)
        #expect((config.remarks + config.losses).allSatisfy { $0.contains("'xx'") })
    }

    @Test(arguments: [
        (#"{"image_token_index":6}"#, "past the target's last token"),
        (#"{"query_prefix":"<unk> "}"#, "'<unk>', a token that the target vocabulary does not have"),
        (#"{"prompts":{"q":"say <s> and go"}}"#, "prompts.q names '<s>'"),
        (#"{"newline_id":5}"#, "left as it is"),
        (#"{"vocab_size":41}"#, "neither the number of the source's tokens"),
    ])
    func `says what looks like an id and is not mapped`(config: String, words: String) throws {
        let remarks = try rewritten(config).config.remarks
        #expect(remarks.count == 1)
        #expect(remarks.first?.contains(words) == true, "\(remarks)")
    }

    @Test func `lists each change with its place`() throws {
        let changes = try rewritten(#"{"text_config":{"vocab_size":100}}"#).config.changes
        #expect(changes.map(\.key) == ["config.json: text_config.vocab_size"])
        #expect(changes.map(\.old) == ["100"])
        #expect(changes.map(\.new) == ["8"])
    }
}
