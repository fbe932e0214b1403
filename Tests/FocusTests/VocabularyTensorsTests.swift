import SystemPackage
import TensorIO
import TestSupport
import Testing

@testable import Checkpoints
@testable import Focus
@testable import Replacement
@testable import Vocabularies

@Suite struct `Finding vocabulary tensors` {
    let place: TemporaryFolder
    let vocabulary: Vocabulary

    init() throws {
        place = try TemporaryFolder()
        vocabulary = try Vocabulary(tokens: (0..<7).map { ($0, TokenText("t\($0)")) }, spelling: .plain)
    }

    private func find(
        _ tensors: [(TensorName, [Int])], config: String = #"{"vocab_size":7}"#,
        choices: VocabularyChoices = .init()
    ) throws -> VocabularyTensors {
        try place.write("config.json", config)
        try SmallCheckpoint.write(
            tensors.map { .counting($0.0, $0.1) }, to: place.path.appending("model.safetensors"))
        return try VocabularyTensors(
            of: Checkpoint.open(place.path, formats: .builtIn), vocabulary: vocabulary, choices: choices)
    }

    @Test func `finds tables, heads and biases on any axis`() throws {
        let found = try find([
            ("model.embed_tokens.weight", [7, 4]), ("lm_head.weight", [7, 4]), ("lm_head.bias", [7]),
            ("final_logits_bias", [1, 7]), ("flax.kernel", [4, 7]), ("layer.weight", [4, 4]), ("scalar", []),
        ])
        #expect(found.rows == 7)
        #expect(found.embedding.tensor.name == "model.embed_tokens.weight")
        let axes = Dictionary(uniqueKeysWithValues: found.entries.map { ($0.tensor.name, $0.axis) })
        #expect(
            axes == [
                "model.embed_tokens.weight": 0, "lm_head.weight": 0, "lm_head.bias": 0, "final_logits_bias": 1,
                "flax.kernel": 1,
            ])
    }

    @Test func `takes the embedding, not the head, whatever their order`() throws {
        let found = try find([("a.lm_head.weight", [7, 4]), ("z.some_table", [7, 2])])
        #expect(found.embedding.tensor.name == "z.some_table")
    }

    @Test func `stops where shapes do not tell`() throws {
        let error = #expect(throws: FocusError.self) {
            try find([("embed_tokens.weight", [7, 4]), ("odd", [2, 7, 2])])
        }
        #expect(error?.description.contains("'odd F32 [2, 7, 2]'") == true)
        #expect(error?.description.contains("--leave") == true)
        let left = try find(
            [("embed_tokens.weight", [7, 4]), ("square", [7, 7])], choices: .init(leave: ["square"]))
        #expect(left.entries.count == 1)
        let included = try find(
            [("embed_tokens.weight", [7, 4]), ("square", [7, 7])], choices: .init(include: ["square": .axis(1)]))
        #expect(included.entry(named: "square")?.axis == 1)
    }

    @Test func `asks where another setting has the same value`() throws {
        let config = #"{"vocab_size":7,"intermediate_size":7}"#
        let error = #expect(throws: FocusError.self) {
            try find([("embed_tokens.weight", [7, 4]), ("odd.table", [7, 4])], config: config)
        }
        #expect(error?.description.contains("intermediate_size is 7, too") == true)
    }

    @Test func `says that there is no embedding`() throws {
        let error = #expect(throws: FocusError.self) { try find([("a", [4, 4])]) }
        #expect(error?.description.contains("has no embedding") == true)
    }

    @Test func `says that the tokenizer has more ids than there are rows`() throws {
        let error = #expect(throws: FocusError.self) {
            try find([("embed_tokens.weight", [5, 4])], config: #"{"vocab_size":5}"#)
        }
        #expect(error?.description.contains("ids up to 6") == true)
    }

    @Test func `names a tensor that was asked for and is not there`() throws {
        let error = #expect(throws: FocusError.self) {
            try find([("embed_tokens.weight", [7, 4])], choices: .init(leave: ["lm_haed.weight"]))
        }
        #expect(error?.description.contains("lm_haed.weight") == true)
    }
}
