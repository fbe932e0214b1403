/// What is said of a command that is given nothing: what most people type, and where the rest stands.
struct QuickStart {
    private let command: String
    private let lines: [String]
    private let words: String

    /// What there is to say where `arguments` are the name of a command and nothing else; nil otherwise, and of
    /// commands that need no more.
    init?(for arguments: [String]) {
        guard arguments.count == 1, let (lines, words) = QuickStart.all[arguments[0]] else { return nil }
        command = arguments[0]
        (self.lines, self.words) = (lines, words)
    }

    /// The whole of it, lines of at most 80 columns.
    var sentences: [String] {
        ["focus: error: \(command) has nothing to work on. What most people type:"] + lines.map { "  focus \($0)" }
            + [words, "All options, in the order in which people need them: focus help \(command)"]
    }

    private static let folders = "MODEL is a folder as save_pretrained writes it, or a tensor file."
    private static let folderAndText =
        "MODEL and TOKENIZER are folders, TEXT is .txt or .jsonl in the new language."

    private static let all: [String: (lines: [String], words: String)] = [
        "specialize": (
            [
                "specialize MODEL --tokenizer TOKENIZER --corpus TEXT --output RESULT",
                "specialize MODEL --tokenizer TOKENIZER --corpus TEXT --dry-run",
                "compare MODEL --tokenizer TOKENIZER --corpus TEXT --measure",
            ], folderAndText
        ),
        "compare": (
            [
                "compare MODEL --tokenizer TOKENIZER --corpus TEXT",
                "compare MODEL --tokenizer TOKENIZER --corpus TEXT --measure",
                "compare MODEL --tokenizer TOKENIZER --corpus TEXT --report PAGE.html",
            ], folderAndText
        ),
        "draft": (
            [
                "draft SMALL --like LARGE --output RESULT",
                "draft SMALL --like LARGE --corpus TEXT --output RESULT",
                "draft SMALL --like LARGE --dry-run",
            ], "SMALL and LARGE are folders of models; of LARGE the weights may be missing."
        ),
        "convert": (
            [
                "convert MODEL RESULT --to safetensors", "convert model.safetensors model.npz",
                "convert MODEL RESULT --dtype bf16",
            ], "\(folders)\nThe formats: focus formats"
        ),
        "inspect": (["inspect MODEL", "inspect MODEL --stats", "inspect MODEL --token ▁Haus"], folders),
        "diff": (["diff MODEL OTHER", "diff MODEL OTHER --json"], folders),
        "verify": (["verify MODEL", "verify MODEL --isolated"], folders),
        "measure": (
            [
                "measure MODEL TEXT", "measure MODEL TEXT --original BEFORE",
                "measure MODEL TEXT --original BEFORE --lines 1000",
            ], "MODEL and BEFORE are folders, TEXT is .txt or .jsonl, a text a line."
        ),
        "explain": (
            ["explain PLAN ▁Haus", "explain PLAN '#4711'"],
            "PLAN is a file of specialize --save-plan; a token is written as its tokenizer\nhas it, or as # and its id."
        ),
        "tokenize": (
            [
                "tokenize --tokenizer TOKENIZER TEXT", "tokenize --tokenizer TOKENIZER TEXT --tokens",
                "tokenize --tokenizer TOKENIZER < TEXT",
            ], "TOKENIZER is a folder or tokenizer.json, TEXT is .txt or .jsonl, a text a line."
        ),
        "tokenizer-report": (
            [
                "tokenizer-report TOKENIZER --corpus TEXT",
                "tokenizer-report MODEL TOKENIZER --corpus TEXT --report PAGE.html",
            ], folderAndText
        ),
        "train-tokenizer": (
            [
                "train-tokenizer --corpus TEXT --size 32000 --like MODEL --output RESULT",
                "train-tokenizer --corpus TEXT --size 32000 --type bpe --output RESULT",
                "specialize MODEL --corpus TEXT --vocabulary-size 32000 --output RESULT",
            ], folderAndText
        ),
        "extend-tokenizer": (
            [
                "extend-tokenizer MODEL --corpus TEXT --add 8000 --output TOKENIZER",
                "specialize MODEL --tokenizer TOKENIZER --corpus TEXT --output RESULT",
            ], folderAndText
        ),
        "trim-tokenizer": (
            [
                "trim-tokenizer MODEL --corpus TEXT --output TRIMMED",
                "trim-tokenizer MODEL --corpus TEXT --keep 50000 --output TRIMMED",
                "specialize MODEL --tokenizer TRIMMED --output RESULT",
            ], "MODEL is a folder with tokenizer.json, TEXT is .txt or .jsonl, a text a line."
        ),
        "train-auxiliary": (
            [
                "train-auxiliary --tokenizer TOKENIZER --corpus TEXT --output VECTORS.bin",
                "specialize MODEL --tokenizer TOKENIZER --auxiliary VECTORS.bin --dry-run",
            ], folderAndText
        ),
        "count": (
            [
                "count MODEL --tokenizer TOKENIZER --corpus TEXT --shard 1/3 --output 1",
                "merge 1 2 3 --output COUNTS",
                "specialize MODEL --tokenizer TOKENIZER --counts COUNTS --output RESULT",
            ], folderAndText
        ),
        "merge": (
            ["merge 1 2 3 --output COUNTS", "merge work/*.counts --output COUNTS"],
            "Each file is one that focus count wrote; all shards of a text, in any order."
        ),
        "states": (
            [
                "states MODEL TEXT --output STATES.safetensors",
                "states MODEL TEXT --layers final --output STATES.safetensors",
                "states MODEL --ids IDS --logits --output STATES.safetensors",
            ], "MODEL is a folder, TEXT is .txt or .jsonl, IDS has a sequence of ids a line."
        ),
        "recover": (["recover MODEL --dry-run", "recover MODEL"], folders),
    ]
}
