internal import ArgumentParser
internal import Focus
internal import SystemPackage
internal import TokenizerMaking

/// How a tokenizer is trained.
struct TokenizerTrainingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The tokenizer that the new one is made like: a folder. (default: none)", valueName: "path"))
    var like: FilePath?

    @Option(
        help: ArgumentHelp(
            "Without --like: byte-level (BPE over bytes), bpe (over characters, rare ones in bytes), unigram (the same) "
                + "or wordpiece. (default: byte-level)", valueName: "type"))
    var type: StandardFrame?

    @Option(
        name: .customLong("special"),
        help: ArgumentHelp("Without --like: a further special token; may be repeated.", valueName: "token"))
    var special: [String] = []

    @Option(help: ArgumentHelp("Pairs that occur less often make no token.", valueName: "n"))
    var minCount = 2

    @Option(
        help: ArgumentHelp(
            "The share of the text's characters that get tokens; rarer ones are spelled in bytes, or are unknown.",
            valueName: "x"))
    var coverage = 0.9995

    @Option(help: ArgumentHelp("How much memory may be used, about; the rest goes through files. (default: 2GB)", valueName: "size"))
    var memory: ByteCount?

    func validate() throws {
        guard like == nil || (type == nil && special.isEmpty) else {
            throw ValidationError("--type and --special are for tokenizers that are made like no other: without --like.")
        }
        guard coverage > 0, coverage <= 1 else {
            throw ValidationError("--coverage takes a share above 0 and up to 1, not \(coverage).")
        }
        guard minCount > 0 else { throw ValidationError("--min-count takes a number above 0, not \(minCount).") }
        guard memory?.bytes ?? .max >= 16_000_000 else { throw ValidationError("--memory takes 16MB or more.") }
        guard Set(special).count == special.count, !special.contains("") else {
            throw ValidationError("--special takes each token once.")
        }
    }

    /// What the new tokenizer is made like.
    func frame() throws -> TokenizerFolder {
        if let like { return try TokenizerFolder(like) }
        return try TokenizerFolder(standard: type ?? .byteLevel, further: special)
    }

    /// The training in `frame`.
    func job(like frame: TokenizerFolder, size: Int, _ common: CommonOptions) -> TokenizerTraining {
        var job = TokenizerTraining(like: frame, size: size, workers: common.workers)
        (job.minimumCount, job.coverage) = (minCount, coverage)
        if let memory { job.memory = memory.bytes }
        job.temporaryFolder = AuxiliaryTraining.temporaryFolder
        return job
    }
}

extension StandardFrame: ExpressibleByArgument {
    /// Reads `unigram`.
    package init?(argument: String) {
        self.init(rawValue: argument)
    }
}
