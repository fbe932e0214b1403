internal import JSON
internal import Replacement
internal import SystemPackage
internal import Tokenization

/// The files of a target tokenizer that prompts change.
enum PromptFiles {
    /// Those of `files` that are written anew, with what they will hold: tokenizer.json has the new tokens, and so has
    /// the list of tokens in tokenizer_config.json, where there is one.
    ///
    /// - Throws: `FocusError` where tokenizer_config.json is no JSON.
    static func changed(
        _ files: [(source: FilePath, name: String)], by prompts: Prompts
    ) throws -> [(name: String, contents: [UInt8])] {
        guard let extended = prompts.extended else { return [] }
        var changed = [(name: "tokenizer.json", contents: extended.contents)]
        if let file = files.first(where: { $0.name == "tokenizer_config.json" }) {
            var config = JSONBuilder(try JSONFile.read(file.source).root)
            if case .object(var tokens)? = config["added_tokens_decoder"] {
                for (id, text) in zip(extended.ids, prompts.added) {
                    tokens.append(.init("\(id)", .object(members(of: text))))
                }
                config["added_tokens_decoder"] = .object(tokens)
                changed.append((file.name, config.written(indentation: 2) + [0x0A]))
            }
        }
        return changed
    }

    /// What the list says of a token, in the order in which transformers writes it.
    private static func members(of text: [UInt8]) -> [JSONBuilder.Member] {
        [.init("content", .string(text))]
            + ["lstrip", "normalized", "rstrip", "single_word", "special"].map { .init($0, .boolean(false)) }
    }
}
