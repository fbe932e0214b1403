import SystemPackage
import TensorIO
import TestSupport
import Testing

@testable import Checkpoints
@testable import Focus
@testable import Replacement
@testable import Vocabularies

/// A checkpoint of an architecture, and which axis of which tensor follows its vocabulary of 60 rows.
struct Architecture: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let config: String
    let tensors: [(TensorName, [Int])]
    let followers: [TensorName: Int]
    let embedding: TensorName

    init(
        _ name: String, config: String = #"{"vocab_size":60,"hidden_size":8}"#, embedding: TensorName,
        follow: [(TensorName, [Int], Int)], stay: [(TensorName, [Int])]
    ) {
        testDescription = name
        self.config = config
        self.embedding = embedding
        tensors = follow.map { ($0.0, $0.1) } + stay
        followers = Dictionary(uniqueKeysWithValues: follow.map { ($0.0, $0.2) })
    }

    static let all = [
        Architecture(
            "untied head of another width (RemBERT)", embedding: "rembert.embeddings.word_embeddings.weight",
            follow: [
                ("rembert.embeddings.word_embeddings.weight", [60, 4], 0),
                ("cls.predictions.decoder.weight", [60, 13], 0), ("cls.predictions.decoder.bias", [60], 0),
            ],
            stay: [
                ("rembert.encoder.embedding_hidden_mapping_in.weight", [8, 4]),
                ("cls.predictions.dense.weight", [13, 8]),
            ]),
        Architecture(
            "bias under two names (RoBERTa)", embedding: "roberta.embeddings.word_embeddings.weight",
            follow: [
                ("roberta.embeddings.word_embeddings.weight", [60, 8], 0), ("lm_head.bias", [60], 0),
                ("lm_head.decoder.bias", [60], 0),
            ], stay: [("lm_head.dense.weight", [8, 8]), ("roberta.embeddings.position_embeddings.weight", [66, 8])]),
        Architecture(
            "bias with an axis before the vocabulary (mBART, Marian)", embedding: "model.shared.weight",
            follow: [
                ("final_logits_bias", [1, 60], 1), ("model.shared.weight", [60, 8], 0),
                ("model.encoder.embed_tokens.weight", [60, 8], 0), ("model.decoder.embed_tokens.weight", [60, 8], 0),
            ], stay: [("model.encoder.embed_positions.weight", [34, 8])]),
        Architecture(
            "layout of Flax", embedding: "params/model/embed_tokens/embedding",
            follow: [
                ("params/model/embed_tokens/embedding", [60, 8], 0), ("params/lm_head/kernel", [8, 60], 1),
                ("params/lm_head/bias", [60], 0),
            ], stay: [("params/model/layers/0/mlp/kernel", [8, 24])]),
        Architecture(
            "names of TensorFlow", embedding: "tf_bert/bert/embeddings/word_embeddings/weight:0",
            follow: [
                ("tf_bert/bert/embeddings/word_embeddings/weight:0", [60, 8], 0),
                ("tf_bert/mlm___cls/predictions/bias:0", [60], 0),
            ], stay: [("tf_bert/bert/encoder/layer_._0/intermediate/dense/kernel:0", [8, 24])]),
        Architecture(
            "names that no model has", embedding: "a.c", follow: [("a.c", [60, 8], 0), ("a.b", [60], 0)],
            stay: [("a.d", [8, 8]), ("a.e", [12])]),
        Architecture(
            "nested text config", config: #"{"text_config":{"vocab_size":60},"audio_config":{"vocab_size":20}}"#,
            embedding: "model.language_model.embed_tokens.weight",
            follow: [("model.language_model.embed_tokens.weight", [60, 8], 0)],
            stay: [("audio.embed_tokens.weight", [20, 8])]),
        Architecture(
            "embeddings for each layer (Gemma 3n)",
            config: #"{"vocab_size":60,"vocab_size_per_layer_input":58,"hidden_size":8}"#,
            embedding: "model.embed_tokens.weight",
            follow: [("model.embed_tokens_per_layer.weight", [58, 6], 0), ("model.embed_tokens.weight", [60, 8], 0)],
            stay: [("model.per_layer_model_projection.weight", [6, 8])]),
        Architecture(
            "bias without the padding that the table has", embedding: "transformer.wte.weight",
            follow: [("transformer.wte.weight", [60, 8], 0), ("lm_head.bias", [56], 0)], stay: [("other.bias", [56])]),
        Architecture(
            "head in a block of its own (DeepSeek)", embedding: "model.embed_tokens.weight",
            follow: [
                ("model.embed_tokens.weight", [60, 8], 0), ("lm_head.weight", [60, 8], 0),
                ("model.layers.61.embed_tokens.weight", [60, 8], 0),
                ("model.layers.61.shared_head.head.weight", [60, 8], 0),
            ], stay: [("model.layers.0.mlp.up_proj.weight", [24, 8])]),
        Architecture(
            "feed-forward layers as wide as the vocabulary",
            config: #"{"vocab_size":60,"hidden_size":8,"intermediate_size":60}"#,
            embedding: "model.embed_tokens.weight",
            follow: [("model.embed_tokens.weight", [60, 8], 0), ("lm_head.weight", [60, 8], 0)],
            stay: [
                ("model.layers.0.mlp.up_proj.weight", [60, 8]), ("model.layers.0.mlp.down_proj.weight", [8, 60]),
                ("model.layers.0.mlp.up_proj.bias", [60]),
            ]),
        Architecture(
            "fused feed-forward layers as wide as the vocabulary",
            config: #"{"vocab_size":60,"hidden_size":8,"intermediate_size":30}"#,
            embedding: "model.embed_tokens.weight",
            follow: [("model.embed_tokens.weight", [60, 8], 0)],
            stay: [
                ("model.layers.0.mlp.gate_up_proj.weight", [60, 8]),
                ("model.layers.1.mlp.gate_up_proj.weight", [60, 8]),
            ]),
        Architecture(
            "as many positions as tokens",
            config: #"{"vocab_size":60,"hidden_size":8,"max_position_embeddings":60}"#,
            embedding: "bert.embeddings.word_embeddings.weight",
            follow: [("bert.embeddings.word_embeddings.weight", [60, 8], 0), ("cls.predictions.bias", [60], 0)],
            stay: [("bert.embeddings.position_embeddings.weight", [60, 8])]),
        Architecture(
            "hidden states as wide as the vocabulary", config: #"{"vocab_size":60,"hidden_size":60}"#,
            embedding: "model.embed_tokens.weight",
            follow: [("model.embed_tokens.weight", [60, 60], 0), ("lm_head.bias", [60], 0)],
            stay: [
                ("model.norm.weight", [60]), ("model.layers.0.self_attn.q_proj.weight", [60, 60]),
                ("model.embed_positions.weight", [34, 60]), ("score.weight", [2, 60]),
                ("lm_head.dense.weight", [60, 60]),
            ]),
    ]
}

@Suite struct `Vocabulary tensors by structure` {
    let place: TemporaryFolder
    let vocabulary: Vocabulary

    init() throws {
        place = try TemporaryFolder()
        vocabulary = try Vocabulary(tokens: (0..<55).map { ($0, TokenText("t\($0)")) }, spelling: .plain)
    }

    private func find(
        _ tensors: [(TensorName, [Int])], config: String, choices: VocabularyChoices = .init()
    ) throws -> VocabularyTensors {
        try place.write("config.json", config)
        try SmallCheckpoint.write(
            tensors.map { .counting($0.0, $0.1) }, to: place.path.appending("model.safetensors"))
        return try VocabularyTensors(
            of: Checkpoint.open(place.path, formats: .builtIn), vocabulary: vocabulary, choices: choices)
    }

    @Test(arguments: Architecture.all)
    func `finds what follows the vocabulary and leaves the rest`(architecture: Architecture) throws {
        let found = try find(architecture.tensors, config: architecture.config)
        #expect(found.rows == 60)
        #expect(found.embedding.tensor.name == architecture.embedding)
        let axes = Dictionary(uniqueKeysWithValues: found.entries.map { ($0.tensor.name, $0.axis) })
        #expect(axes == architecture.followers)
    }

    @Test(arguments: [
        ("two vocabularies", "decoder.embed_tokens.weight", [58, 8], "decoder_vocab_size"),
        ("a vocabulary-sized tensor in a block", "layers.0.odd", [60, 3], "numbered block"),
        ("a head of very different length", "lm_head.weight", [2000, 8], "2000 rows"),
        ("a table of three axes", "tables", [3, 60, 2], "3 axes"),
    ])
    func `stops with the name where nothing settles it`(
        case: String, name: String, shape: [Int], reason: String
    ) throws {
        let error = #expect(throws: FocusError.self) {
            try find(
                [("embed_tokens.weight", [60, 8]), (TensorName(name), shape)],
                config: #"{"vocab_size":60,"decoder_vocab_size":58,"hidden_size":8}"#)
        }
        #expect(error?.description.contains("'\(name) F32") == true, "\(error?.description ?? "")")
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("--vocabulary-tensor NAME[:AXIS], or --leave NAME") == true)
    }

    @Test func `takes a name that ends like an axis for a name`() throws {
        let found = try find(
            [("embed_tokens.weight", [60, 8]), ("odd/square:0", [60, 60])], config: #"{"vocab_size":60}"#,
            choices: .init(include: ["odd/square": .axis(0)]))
        #expect(found.entry(named: "odd/square:0")?.axis == 0)
    }
}
