internal import ArgumentParser
internal import Focus
internal import Vocabularies

/// Which tokens of two vocabularies are the same.
struct MatchingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Which tokens count as the same: by their texts, but for case and word starts, or numbers and signs alone; "
                + "may be repeated.",
            valueName: "kind"))
    var match: [MatchOption] = [.exact]

    func apply(to options: inout SpecializationOptions) {
        options.match = MatchOptions(match.map(\.engineOption))
    }
}
