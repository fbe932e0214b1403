internal import JSON
internal import SystemPackage
internal import TokenizerMaking

/// What became of a tokenizer that was trimmed, for people and for programs.
struct TrimStory {
    private let trimmed: TrimmedTokenizer
    private let output: FilePath?

    /// - Parameter output: where it was written; nil where it was not.
    init(_ trimmed: TrimmedTokenizer, written output: FilePath?) {
        (self.trimmed, self.output) = (trimmed, output)
    }

    /// Tells it, as JSON where that is asked for.
    func tell(_ common: CommonOptions) {
        guard !common.json else { return Terminal.answer(json.written(indentation: 2) + [0x0A]) }
        lines.forEach(common.say)
    }

    /// The story.
    var lines: [String] {
        let rows = trimmed.kept.map { ["  \(Wording.count($0.count))", $0.reason.words] }
        let share = Double(trimmed.newCount) / Double(max(1, trimmed.oldCount))
        let checked =
            output == nil
            ? "nothing was written (--dry-run)"
            : trimmed.checkedCount == trimmed.documentCount
                ? "checked: the new tokenizer cuts the text as the old one does"
                : "checked: the new tokenizer cuts the first \(Wording.count(trimmed.checkedCount)) texts as the old "
                    + "one does"
        return [
            "text: \(Wording.count(trimmed.tokenCount, of: "token")) of "
                + Wording.count(trimmed.documentCount, of: "document") + unknown,
            "\(Wording.count(trimmed.oldCount)) → \(Wording.count(trimmed.newCount)) tokens "
                + "(\(Wording.percent(share)))",
        ] + Wording.table(rows, rightAligned: [0])
            + (trimmed.foreignCount == 0
                ? []
                : [
                    "\(Wording.count(trimmed.foreignCount)) single characters, numbers and punctuation of other "
                        + "scripts went (--characters all keeps them)"
                ])
            + (trimmed.leftOut.isEmpty
                ? [] : ["left out, for they list the old tokens: \(trimmed.leftOut.joined(separator: ", "))"])
            + [checked]
    }

    /// How much of the text is unknown, where it is more than a little.
    private var unknown: String {
        let share = Double(trimmed.unknownCount) / Double(max(1, trimmed.tokenCount))
        guard share >= 0.01 else { return "" }
        return "; \(Wording.percent(share)) of them unknown: is the model for this text's language?"
    }

    private var json: JSONBuilder {
        .object([
            .init("oldTokens", .integer(trimmed.oldCount)), .init("newTokens", .integer(trimmed.newCount)),
            .init("kept", .object(trimmed.kept.map { .init($0.reason.rawValue, .integer($0.count)) })),
            .init("unknownTokens", .integer(trimmed.unknownCount)),
            .init("otherScripts", .integer(trimmed.foreignCount)),
            .init("documents", .integer(trimmed.documentCount)), .init("textTokens", .integer(trimmed.tokenCount)),
            .init("checkedDocuments", output == nil ? .integer(0) : .integer(trimmed.checkedCount)),
            .init("leftOut", .texts(trimmed.leftOut)), .init("output", output.map { .text($0.string) } ?? .null),
        ])
    }
}

extension KeptFor {
    /// The reason in words.
    fileprivate var words: String {
        switch self {
        case .special: "special, or added to the model"
        case .named: "named by the post-processor or a configuration"
        case .byte: "single bytes"
        case .text: "used by the text"
        case .template: "used by the chat template"
        case .unknownWord: "begin unknown words of the text"
        case .character: "of one character"
        case .number: "numbers"
        case .punctuation: "punctuation"
        case .part: "parts, from which merges make others"
        case .leastProbable: "the least probable, which unknown characters are weighed by"
        case .filling: "more, the most useful in the scripts of the text"
        }
    }
}
