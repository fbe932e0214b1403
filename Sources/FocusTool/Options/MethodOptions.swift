public import ArgumentParser
internal import Focus
public import FocusEngine

extension FallbackRows: ExpressibleByArgument {}
extension RowHead: ExpressibleByArgument {}
extension PieceWeighting: ExpressibleByArgument {}

/// Options on how the rows of new tokens come about.
struct MethodOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How rows of new tokens come about: combinations of near anchors (as published), the mean of the pieces "
                + "into which the source "
                + "tokenizer splits the token (needs no text), or both: mixed for models that read, as a plain mean "
                + "for models that write (focus+uniform-pieces). With states: what the model itself makes of the "
                + "pieces, alone or beside the others. (default: auto, what keeps most of this kind of "
                + "model; focus with --match-like-reference)",
            valueName: "method"))
    var method: MethodOption?

    @Option(
        help: ArgumentHelp(
            "How rows of the output layer of a model that writes come about: as the table's (as published), or as the "
                + "row of a token's first piece with the logarithm of the token's share of it on top, counted in the "
                + "text. (default: share where the method uses states, else same)",
            valueName: "rows"))
    var head: RowHead?

    @Flag(help: "Give the output layer of a model that shares the table of input embeddings rows of its own.")
    var untie = false

    @Option(
        help: ArgumentHelp(
            "Multiplies cosines before sparsemax. (default: 1 as published; 3 with focus+pieces)",
            valueName: "x"))
    var temperature: Double?

    @Option(
        help: ArgumentHelp(
            "What pieces weigh: the rarer the more (in the text, or by the source tokenizer's scores), all alike, or "
                + "by their characters. "
                + "(default: frequency; with --method focus, for rare rows, uniform)",
            valueName: "weights"))
    var pieceWeights: PieceWeighting?

    @Option(
        help: ArgumentHelp(
            "What becomes of rows that the method cannot reach: drawn from the normal distribution of the source's "
                + "columns (as published), "
                + "the source's mean, or the mean of their pieces. (default: pieces where the source tokenizer can "
                + "cut text into tokens; normal with --match-like-reference)",
            valueName: "rows"))
    var rare: FallbackRows?

    @Flag(help: "Bring combined rows to the mean norm of the anchors' rows in the same tensor; mixed rows always are.")
    var matchNorm = false

    func validate() throws {
        if let temperature, !temperature.isFinite || temperature <= 0 {
            throw ValidationError("--temperature takes a number above 0.")
        }
    }

    /// Whether something is asked for that a kept plan brings along.
    var makesRows: Bool { method != nil || head != nil || untie }

    /// Whether the method needs a text or auxiliary embeddings; without one, that of the reference does.
    func needsText(likeReference: Bool) -> Bool { method?.method?.usesVectors ?? likeReference }

    func apply(to options: inout SpecializationOptions) {
        options.method = method?.method
        options.head = head
        options.unties = untie
        options.temperature = temperature
        options.pieceWeighting = pieceWeights
        options.rare = rare
        options.matchesNorm = matchNorm
    }
}
