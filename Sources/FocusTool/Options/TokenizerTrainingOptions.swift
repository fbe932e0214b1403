internal import ArgumentParser
internal import SystemPackage
internal import TokenizerMaking

/// What a tokenizer is trained to be.
struct TokenizerTrainingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The tokenizer that the new one is made like: a folder. (default: none)", valueName: "path"))
    var like: FilePath?

    @Option(
        help: ArgumentHelp(
            "Without --like: byte-level (BPE over bytes), bpe (over characters, rare ones in bytes), unigram (the "
                + "same) or wordpiece. (default: byte-level)", valueName: "type"))
    var type: StandardFrame?

    @Option(
        name: .customLong("special"),
        help: ArgumentHelp(
            "Without --like: a further special token; may be repeated. (default: none)", valueName: "token"))
    var special: [String] = []

    func validate() throws {
        guard like == nil || (type == nil && special.isEmpty) else {
            throw ValidationError("--type and --special go without --like, which has a type and special tokens.")
        }
        guard Set(special).count == special.count, !special.contains("") else {
            throw ValidationError("--special takes each token once.")
        }
    }

    /// What the new tokenizer is made like.
    func frame() throws -> TokenizerFolder {
        if let like { return try TokenizerFolder(like) }
        return try TokenizerFolder(standard: type ?? .byteLevel, further: special)
    }
}

extension StandardFrame: ExpressibleByArgument {
    /// Reads `unigram`.
    package init?(argument: String) {
        self.init(rawValue: argument)
    }
}
