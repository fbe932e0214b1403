import Replacement
import SystemPackage
import TestSupport
import Testing
import Tokenization
import Vocabularies

@testable import TokenizerMaking

struct NewTokenizerFilesTests {
    private func written(_ files: NewTokenizerFiles, in folder: TemporaryFolder) throws -> Tokenizer {
        let path = folder.path.appending("new")
        try files.write(to: path, StagedReplacement.Context()) { _ in }
        return try Tokenizer.load(path)
    }

    @Test(arguments: Variant.names)
    func `ids in any order cut text as tokenizers does`(_ name: String) throws {
        let folder = try TemporaryFolder()
        let variant = try Variant(name, in: folder)
        let old = try TokenizerFolder(variant.path)
        let model = old.model.keeping(old.model.tokens.map(\.id).reversed())
        let files = try old.files(with: model)
        let new = try written(files, in: folder)
        let table = files.ids.table
        for text in variant.texts {
            #expect(try new.encode(text.bytes) == text.ids.map { table[Int($0)] })
            #expect(
                try new.encode(text.bytes, addSpecialTokens: true)
                    == text.specialIDs.map { table[Int($0)] })
        }
        #expect(new.vocabulary.count == old.tokenizer.vocabulary.count)
        for id in new.vocabulary.ids { #expect(files.ids.new.text(of: id) == new.vocabulary.text(of: id)) }
        #expect(
            new.vocabulary.roles
                == old.tokenizer.vocabulary.roles.mapValues { Int(table[$0]) })
    }

    @Test func `files beside get the new ids, and lists of old tokens stay behind`() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "old/tokenizer_config.json",
            #"{"pad_token": "<pad>", "pad_token_id": 1, "#
                + #""added_tokens_decoder": {"1": {"content": "<pad>", "special": true}}}"#)
        try folder.write("old/chat_template.jinja", "{{ messages }}")
        try folder.write("old/vocab.txt", "<unk>\n")
        try folder.write(
            "old/tokenizer.json",
            #"{"version": "1.0", "padding": {"pad_id": 1, "pad_token": "<pad>"}, "added_tokens": [{"id": 1, "#
                + #""content": "<pad>", "special": true}], "post_processor": {"type": "TemplateProcessing", "#
                + #""single": [{"Sequence": {"id": "A"}}, {"SpecialToken": {"id": "p"}}], "#
                + #""special_tokens": {"p": {"id": "p", "ids": [1], "tokens": ["<pad>"]}}}, "#
                + #""pre_tokenizer": {"type": "Whitespace"}, "#
                + #""model": {"type": "WordLevel", "vocab": {"<unk>": 0, "<pad>": 1, "a": 2}, "unk_token": "<unk>"}}"#)
        let old = try TokenizerFolder(folder.path.appending("old"))
        let files = try old.files(with: old.model.keeping([2, 0, 1]))
        let new = try written(files, in: folder)
        #expect(try new.encode(Array("a".utf8), addSpecialTokens: true) == [0, 2])
        let json = String(decoding: try folder.read("new/tokenizer.json"), as: UTF8.self)
        #expect(json.contains(#""pad_id": 2"#))
        let config = String(decoding: try folder.read("new/tokenizer_config.json"), as: UTF8.self)
        #expect(config.contains(#""pad_token_id": 2"#) && config.contains(#""2": {"#))
        #expect(
            try FolderContents.entries(of: folder.path.appending("new")) == [
                "chat_template.jinja", "tokenizer.json", "tokenizer_config.json",
            ])
        #expect(files.leftOut == ["vocab.txt"])
    }

    @Test func `a token that the frame needs is missed by name`() throws {
        let folder = try TemporaryFolder()
        let old = try TokenizerFolder(Variant("bert-uncased", in: folder).path)
        let model = SubwordModel(texts: [Array("[UNK]".utf8), Array("a".utf8)], kind: .wordPiece)
        #expect(throws: FocusError.self) { try old.files(with: model) }
    }
}
