internal import ArgumentParser
internal import Focus
internal import JSON
internal import Replacement
internal import SystemPackage
internal import Vocabularies

/// `focus explain`: where a target token's row comes from.
struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract:
            "Tells where target tokens' rows come from: copied from which token, or which anchors with which weights.")

    @Argument(help: "A plan kept by specialize --save-plan.")
    var plan: FilePath

    @Argument(help: "Target tokens, as their tokenizer writes them, or #ID.")
    var tokens: [String]

    @Option(help: ArgumentHelp("Show at most this many anchors of a token.", valueName: "n"))
    var most = 12

    @OptionGroup var common: CommonOptions

    func run() throws {
        try common.check(plan, as: .file)
        let file = try PlanFile(reading: plan)
        let ids = tokens.map { (token: $0, id: id(of: $0, in: file)) }
        let explanations = ids.compactMap(\.id).map(file.explanation)
        if common.json {
            Terminal.answer(JSONBuilder.array(explanations.map(\.json)).written(indentation: 2) + [0x0A])
        } else {
            explanations.flatMap { ExplanationStory.tell($0, most: most) }.forEach { Terminal.answer($0) }
        }
        let unknown = ids.filter { $0.id == nil }.map { "'\($0.token)'" }
        guard unknown.isEmpty else {
            let kind = unknown.count == 1 ? "token" : "tokens"
            throw FocusError("the target vocabulary has no \(kind) \(unknown.joined(separator: ", "))", path: plan)
        }
    }

    private func id(of token: String, in file: PlanFile) -> Int? {
        if let id = file.targetTokens.id(of: TokenText(token)) { return id }
        guard token.hasPrefix("#"), let id = Int(token.dropFirst()), id >= 0, id < file.targetTokens.count else {
            return nil
        }
        return id
    }
}
