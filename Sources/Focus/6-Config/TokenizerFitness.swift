internal import Checkpoints
internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO
internal import Tokenization
internal import Vocabularies

/// What of a target tokenizer does not go with the model: found before anything is computed, and no reason to stop.
struct TokenizerFitness {
    /// The notes, a sentence each.
    private(set) var notes: [String] = []

    /// - Parameters:
    ///   - source: the model's own tokenizer, where it was loaded.
    ///   - files: the target tokenizer's files.
    init(
        _ config: JSONValue?, source: Tokenizer?, target: Tokenizer, files: [(source: FilePath, name: String)]
    ) {
        func json(_ name: String) -> JSONValue? {
            files.first { $0.name == name }.flatMap { try? JSONFile.read($0.source).root }
        }
        let settings = json("tokenizer_config.json")
        noteEnding(config, source, target)
        noteLength(config, settings)
        noteClass(settings, json("tokenizer.json"))
    }

    // MARK: What stands after a text

    private mutating func noteEnding(_ config: JSONValue?, _ source: Tokenizer?, _ target: Tokenizer) {
        let generates = config?["architectures"]?.elements.contains { name in
            ["CausalLM", "LMHeadModel"].contains { name.string?.hasSuffix($0) ?? false }
        }
        guard generates == true, let source, let added = TokenizerFitness.ending(of: target).first else { return }
        guard TokenizerFitness.ending(of: source).isEmpty else { return }
        let text = target.vocabulary.text(of: Int(added)) ?? TokenText("")
        notes.append(
            "the target tokenizer ends a text with '\(text)', and the source's does not: a model that generates text "
                + "would stop at once; take it out of the post_processor of its tokenizer.json")
    }

    /// The ids that are put behind a text.
    private static func ending(of tokenizer: Tokenizer) -> [Int32] {
        let text = Array("a".utf8)
        guard let bare = try? tokenizer.encode(text), let whole = try? tokenizer.encode(text, addSpecialTokens: true),
            bare.count < whole.count
        else { return [] }
        let starts = (0...(whole.count - bare.count)).filter { whole[$0..<($0 + bare.count)].elementsEqual(bare) }
        return starts.last.map { Array(whole[($0 + bare.count)...]) } ?? []
    }

    // MARK: How long a text may be

    private mutating func noteLength(_ config: JSONValue?, _ settings: JSONValue?) {
        let names = ["max_position_embeddings", "n_positions", "max_sequence_length"]
        let places = [config, config?["text_config"]].compactMap(\.self)
        let positions = places.lazy.flatMap { place in names.compactMap { place[$0]?.integer } }.first { $0 > 0 }
        // A number without an end, as save_pretrained writes it, is no integer here.
        guard let positions, let length = settings?["model_max_length"]?.integer, length > 0, length < 1 << 40 else {
            return
        }
        if length > positions {
            notes.append(
                "the target tokenizer takes texts of \(length) tokens (model_max_length), and the model has "
                    + "\(positions) positions (max_position_embeddings): correct tokenizer_config.json")
        } else if length <= positions / 2 {
            notes.append(
                "the target tokenizer cuts texts at \(length) tokens (model_max_length), and the model takes "
                    + "\(positions) (max_position_embeddings): correct tokenizer_config.json")
        }
    }

    // MARK: Which class loads it

    /// Classes of transformers by the kind of model that they build from their own files.
    private static let classes: [String: [String]] = [
        "Unigram": [
            "XLMRoberta", "T5", "Albert", "XLNet", "MBart", "MBart50", "Pegasus", "Camembert", "Barthez", "BigBird",
            "DebertaV2", "LayoutXLM", "XGLM", "FNet", "UDOP", "Reformer",
        ],
        "WordPiece": [
            "Bert", "DistilBert", "Electra", "MPNet", "Funnel", "LayoutLM", "LayoutLMv2", "MobileBert", "ConvBert",
            "SqueezeBert", "Splinter", "Lxmert", "RealM", "Retribert",
        ],
        "BPE": [
            "GPT2", "Roberta", "Bart", "Llama", "CodeLlama", "Gemma", "Qwen2", "CodeGen", "GPTNeoX", "Whisper", "CLIP",
            "Blenderbot", "Longformer", "LED", "Cohere", "Deberta", "OpenAIGPT", "Herbert", "XLM", "CTRL", "Nllb",
        ],
    ]

    private mutating func noteClass(_ settings: JSONValue?, _ tokenizer: JSONValue?) {
        guard let name = settings?["tokenizer_class"]?.string, let model = tokenizer?["model"] else { return }
        // Older files do not name their model's type; merges tell.
        let kind = model["type"]?.string ?? (model["merges"] == nil ? "" : "BPE")
        var stem = name
        for ending in ["Fast", "Tokenizer"] where stem.hasSuffix(ending) { stem.removeLast(ending.count) }
        let wanted = TokenizerFitness.classes.first { $0.value.contains(stem) }?.key
        guard let wanted, TokenizerFitness.classes[kind] != nil, wanted != kind else { return }
        notes.append(
            "the target tokenizer's class \(name) is one for \(wanted) models, and its tokenizer.json holds a \(kind) "
                + "model: transformers may fail to load it; tokenizer_class PreTrainedTokenizerFast takes either")
    }
}
