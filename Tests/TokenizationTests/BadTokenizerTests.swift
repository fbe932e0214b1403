import Glibc
import JSON
import SystemPackage
import TestSupport
import Testing

@testable import Tokenization

/// Damaged and hostile tokenizer files: one sentence each, never a trap.
struct BadTokenizerTests {
    /// The message of the error that `json` gives as tokenizer.json.
    private func message(_ json: String) throws -> String {
        let folder = try TemporaryFolder()
        let path = try folder.write("tokenizer.json", json)
        let error = try #require(throws: TokenizerError.self) { try Tokenizer.load(path) }
        #expect(error.path == path)
        #expect(!error.description.contains("\n"))
        return error.message
    }

    /// To open it for reading waits until somebody writes.
    @Test(.timeLimit(.minutes(5)))
    func `a pipe is refused at once`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path.appending("tokenizer.json")
        #expect(unsafe mkfifo(path.string, 0o600) == 0)
        for place in [path, folder.path] {
            let error = try #require(throws: TokenizerError.self) { try Tokenizer.load(place) }
            #expect(error.message.contains("pipe"))
        }
    }

    @Test(arguments: [
        (#"{"type": "Bayes"}"#, "model 'Bayes' is not known"),
        (#"{"type": 3}"#, "'type' is 3"),
        (#"{"type": "Unigram"}"#, "no 'vocab'"),
        (#"{"type": "Unigram", "vocab": {"a": 1}}"#, "'vocab' is an object"),
        (#"{"type": "Unigram", "vocab": [["a", -1], ["b"]]}"#, "entry 1 of 'vocab'"),
        (#"{"type": "Unigram", "vocab": [["a", 1e999]]}"#, "entry 0 of 'vocab'"),
        (#"{"type": "Unigram", "vocab": [["a", -1]], "unk_id": 1}"#, "only 1 pieces"),
        (#"{"type": "Unigram", "vocab": [["a", -1]], "unk_id": -1}"#, "'unk_id' is -1"),
        (#"{"type": "Unigram", "vocab": [["a", -1], ["a", -2]]}"#, "two ids"),
        (#"{"type": "WordLevel", "vocab": {"a": -1}}"#, "has the id -1"),
        (#"{"type": "WordLevel", "vocab": {"a": 99999999999}}"#, "has the id 99999999999"),
        (#"{"type": "WordLevel", "vocab": {"a": 1.5}}"#, "has the id 1.5"),
        (#"{"type": "WordLevel", "vocab": {"a": 0, "b": 0}}"#, "claimed by two tokens"),
        (#"{"type": "WordPiece", "vocab": {"a": 0}, "max_input_chars_per_word": -5}"#, "is -5"),
        (#"{"type": "BPE", "vocab": {"a": 0}, "merges": ["a b"]}"#, "needs the token 'b'"),
        (#"{"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": [["a", "b"]]}"#, "needs the token 'ab'"),
        (#"{"type": "BPE", "vocab": {"a": 0}, "merges": ["a"]}"#, "merge 1 is 'a'"),
        (#"{"type": "BPE", "vocab": {"a": 0}, "merges": [["a", "a", "a"]]}"#, "not a pair"),
        (#"{"type": "BPE", "vocab": {"a": 0}, "merges": [], "dropout": 0.1}"#, "makes ids random"),
        (
            #"{"type": "BPE", "vocab": {"a": 0}, "merges": ["a a"], "continuing_subword_prefix": "aaaa"}"#,
            "needs the token"
        ),
    ])
    func `a model with a fault is refused with a sentence that names it`(model: String, part: String) throws {
        let message = try message(#"{"model": \#(model)}"#)
        #expect(message.contains(part), "\(message)")
    }

    @Test(arguments: [
        (#""decoder": {"type": "Crystal"}"#, "decoder 'Crystal' is not known"),
        (#""decoder": {"type": "Strip", "content": "ab", "start": 1, "stop": 0}"#, "not one character"),
        (#""decoder": {"type": "Sequence", "decoders": [{"type": "Odd"}]}"#, "decoder 'Odd'"),
        (#""post_processor": {"type": "Odd"}"#, "post-processor 'Odd'"),
        (#""post_processor": {"type": "BertProcessing", "cls": ["a", -1], "sep": ["a", 0]}"#, "'cls' is not a pair"),
        (
            #""post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "q"}}], "special_tokens": {}}"#,
            "'q', which 'special_tokens' lacks"
        ),
        (#""normalizer": {"type": "Odd"}"#, "Odd"),
        (#""pre_tokenizer": {"type": "Odd"}"#, "Odd"),
        (#""added_tokens": [{"content": "a"}]"#, "no 'id'"),
        (#""added_tokens": [{"id": -3, "content": "a"}]"#, "no 'id'"),
        (#""added_tokens": [{"id": 3}]"#, "no 'content'"),
        (#""added_tokens": 5"#, "is 5"),
        (#""version": "2.0""#, "version '2.0'"),
    ])
    func `a component with a fault is refused with a sentence that names it`(section: String, part: String) throws {
        let message = try message(#"{"model": {"type": "WordLevel", "vocab": {"a": 0}}, \#(section)}"#)
        #expect(message.contains(part), "\(message)")
    }

    @Test(arguments: [
        ("", "is empty"), ("{}", "no object 'model'"), ("[1]", "SentencePiece"),
        (#"{"model": []}"#, "no object 'model'"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "git lfs pull"),
        (#"{"model": {"type": "WordLevel", "vocab": {"a": 0"#, "cut short"),
    ])
    func `what is no tokenizer is refused`(text: String, part: String) throws {
        #expect(try message(text).contains(part))
    }

    @Test func `a file cut short anywhere is an error, not a trap`() throws {
        let whole = try Fixture("golden/tokenizers/target-wordpiece/tokenizer.json").bytes
        for count in stride(from: 0, to: whole.count - 2, by: 997) {
            #expect(throws: TokenizerError.self) { try TokenizerJSON.read(Array(whole.prefix(count))) }
        }
    }

    @Test func `a SentencePiece model cut short anywhere is an error, not a trap`() throws {
        let whole = try Fixture("sentencepiece/bpe-bytes.model").bytes
        for count in stride(from: 1, to: whole.count, by: 41) {
            #expect(throws: TokenizerError.self) { try SentencePieceModel(Array(whole.prefix(count))) }
        }
    }

    @Test func `a SentencePiece model with a wrong byte is read or refused`() throws {
        let whole = try Fixture("sentencepiece/bpe-bytes.model").bytes
        for index in stride(from: 0, to: whole.count, by: 97) {
            var bytes = whole
            bytes[index] ^= 0xFF
            let tokenizer = try? SentencePieceTokenizer.read(bytes, config: TokenizerConfig())
                .assembled(TokenizerConfig())
            _ = try? tokenizer?.encode(Array("der Tag \u{1F600}".utf8))
        }
    }

    @Test func `a folder without a tokenizer says what was looked for`() throws {
        let folder = try TemporaryFolder()
        let error = try #require(throws: TokenizerError.self) { try Tokenizer.load(folder.path) }
        #expect(error.description.contains("holds no tokenizer"))
        let missing = try #require(throws: TokenizerError.self) { try Tokenizer.load(folder.path.appending("none")) }
        #expect(missing.description.contains("no such file"))
    }

    @Test func `text that cannot be spelled is an error where there is no unknown token`() throws {
        let folder = try TemporaryFolder()
        for model in [
            #"{"type": "Unigram", "vocab": [["a", -1]]}"#, #"{"type": "WordLevel", "vocab": {"a": 0}}"#,
            #"{"type": "WordPiece", "vocab": {"a": 0}}"#,
            #"{"type": "BPE", "vocab": {"a": 0}, "merges": [], "unk_token": "<unk>"}"#,
        ] {
            let tokenizer = try Tokenizer.load(folder.write("tokenizer.json", #"{"model": \#(model)}"#))
            #expect(try tokenizer.encode(Array("a".utf8)) == [0])
            #expect(throws: TokenizerError.self) { try tokenizer.encode(Array("b".utf8)) }
        }
    }
}
