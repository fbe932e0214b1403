internal import JSON
internal import Tokenization

/// What llama.cpp calls a way of cutting text before merges, and the patterns that do it: each cuts what the ones
/// before it left in one piece.
struct PreTokenizerPatterns: Sendable {
    /// The names in `tokenizer.ggml.pre`; the first is the one that is written.
    let names: [String]
    /// The patterns, as `tokenizers` writes them; none for the cut of GPT-2, which that package has by a name.
    let patterns: [String]
    /// What llama.cpp computes for the name, where it knows fewer classes of characters than the patterns.
    let approximation: [String]?
    /// Whether a word that is a token is one, whatever the merges say.
    let ignoresMerges: Bool
    /// Whether llama.cpp puts the token that begins a text before it where the file does not say.
    let beginsText: Bool

    private init(
        _ names: [String], _ patterns: [String], computed approximation: [String]? = nil, ignoresMerges: Bool = false,
        beginsText: Bool = false
    ) {
        self.names = names
        self.patterns = patterns
        self.approximation = approximation
        self.ignoresMerges = ignoresMerges
        self.beginsText = beginsText
    }

    // MARK: Patterns

    private static let deepSeek3 = [
        "\\p{N}{1,3}", "[一-龥぀-ゟ゠-ヿ]+",
        "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+|"
            + " ?[\\p{P}\\p{S}]+[\\r\\n]*|\(BytePatterns.spaces)",
    ]

    /// Words by case as llama.cpp cuts them: it knows the case of A to Z, of others not, and marks are no letters.
    private static func cases(_ digits: String, ending: String) -> String {
        let (large, small) = (#"(?:(?=\p{L})[^a-z])"#, #"(?:(?=\p{L})[^A-Z])"#)
        let before = #"[^\r\n\p{L}\p{N}]?"#
        return "\(before)\(large)*\(small)+\(ending)|\(before)\(large)+\(small)*\(ending)|\(digits)|"
            + #" ?[^\s\p{L}\p{N}]+[\r\n/]*|\#(BytePatterns.spaces)"#
    }

    private static let blooming = " ?[^(\\s|.,!?…。，、।۔،)]+"

    /// All that are known, the commonest first: of two that cut alike the first is taken.
    static let all: [PreTokenizerPatterns] = [
        PreTokenizerPatterns(
            [
                "gpt-2", "phi-2", "jina-es", "jina-de", "jina-v1-en", "jina-v2-es", "jina-v2-de", "roberta-bpe",
                "a.x-4.0", "mellum", "modern-bert", "mpt", "olmo", "jais", "trillion", "granite-docling", "gigachat",
            ], []),
        PreTokenizerPatterns(
            ["llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2"],
            [BytePatterns.words(BytePatterns.threeDigits)], ignoresMerges: true, beginsText: true),
        PreTokenizerPatterns(
            ["dbrx", "smaug-bpe", "chatglm-bpe", "glm4"], [BytePatterns.words(BytePatterns.threeDigits)]),
        PreTokenizerPatterns(
            ["qwen2", "deepseek-r1-qwen", "stablelm2", "hunyuan", "solar-open", "megrez", "kormo", "grok-2"],
            [BytePatterns.words(BytePatterns.oneDigit)]),
        PreTokenizerPatterns(["qwen35"], [BytePatterns.qwen35]),
        PreTokenizerPatterns(
            ["tekken"], [BytePatterns.cases(BytePatterns.oneDigit, ending: "")],
            computed: [cases(BytePatterns.oneDigit, ending: "")], ignoresMerges: true),
        PreTokenizerPatterns(
            ["gpt-4o", "llama4", "kanana2", "minimax-m2"],
            [BytePatterns.cases(BytePatterns.threeDigits, ending: "\(BytePatterns.contractions)?")],
            computed: [cases(BytePatterns.threeDigits, ending: "\(BytePatterns.contractions)?")]),
        PreTokenizerPatterns(
            ["starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b"],
            ["\\p{N}", BytePatterns.gpt2]),
        PreTokenizerPatterns(
            ["deepseek-v3", "hunyuan-dense", "joyai-llm"], deepSeek3),
        PreTokenizerPatterns(
            ["deepseek-coder"], ["[\\r\\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", "[一-龥ࠀ-一가-퟿]+", "\\p{N}"]),
        PreTokenizerPatterns(["falcon"], ["[\\p{P}\\$\\+<=>\\^~\\|`]+", BytePatterns.gpt2, "[0-9][0-9][0-9]"]),
        PreTokenizerPatterns(["bloom", "poro-chat", "gpt3-finnish"], [blooming]),
        PreTokenizerPatterns(["viking"], [blooming, "\\p{N}"]),
        PreTokenizerPatterns(
            ["default"], ["[\\p{P}\\$\\+<=>\\^~\\|]+", BytePatterns.gpt2, "\\p{N}+", "[0-9][0-9][0-9]"]),
    ]

    /// Those that llama.cpp calls `name`; nil for a name that is not known here.
    static func named(_ name: String) -> PreTokenizerPatterns? {
        all.first { $0.names.contains(name) }
    }

    /// The pre-tokenizer as tokenizer.json has it: text is cut, and its bytes become the letters of GPT-2.
    var json: JSONBuilder {
        BytePatterns.preTokenizer(patterns)
    }
}
