internal import JSON
internal import Replacement
internal import SystemPackage
internal import Tokenization
internal import Vocabularies

extension TokenizerFolder {
    /// The files of a tokenizer that is this one with another model: all ids in them are the new ones, and what would
    /// contradict them is left out.
    ///
    /// Added tokens stay, and so does how text is prepared.
    ///
    /// - Parameters:
    ///   - model: the model, whose ids are the places of its tokens. It must have what the post-processor puts around a
    ///     text, but for tokens that are added.
    ///   - removed: added tokens that the new tokenizer does not have.
    /// - Throws: `FocusError` where a file names a token that the new tokenizer lacks, or is not what it should be.
    package func files(
        with model: SubwordModel, without removed: Set<[UInt8]> = []
    ) throws -> NewTokenizerFiles {
        let ids = try NewTokenIDs(model, replacing: tokenizer.vocabulary, without: removed)
        var written = NewTokenizerFiles(ids: ids)
        written.add("tokenizer.json", try tokenizerJSON(model, ids))
        if let config { written.add("tokenizer_config.json", config) }
        // Without the model's config.json nothing else would say it.
        let className = config == nil ? try Tokenizer.className(at: path) : nil
        if let className, !files.contains(where: { $0.name == "tokenizer_config.json" }) {
            written.add("tokenizer_config.json", .object([.init("tokenizer_class", .text(className))]))
        }
        for file in files {
            switch file.name {
            case "tokenizer.json": continue
            case "tokenizer_config.json":
                var config = JSONBuilder(try JSONFile.read(file.source).root)
                if config["tokenizer_class"] == nil { config["tokenizer_class"] = className.map { .text($0) } }
                written.add(file.name, TokenizerConfigChange(ids: ids).applied(to: config))
            case "added_tokens.json":
                let list = JSONBuilder(try JSONFile.read(file.source).root)
                written.add(file.name, TokenizerConfigChange(ids: ids).renumbered(byText: list))
            case let name where NewTokenizerFiles.holdsVocabulary(name): written.leftOut.append(name)
            default: written.copied.append(file)
            }
        }
        return written
    }

    private func tokenizerJSON(_ model: SubwordModel, _ ids: NewTokenIDs) throws(FocusError) -> JSONBuilder {
        let change = TokenizerJSONChange(ids: ids)
        var members: [JSONBuilder.Member] = []
        do throws(FocusError) {
            for (key, value) in root.members {
                let new: JSONBuilder
                switch String(decoding: key, as: UTF8.self) {
                case "model": new = model.json(like: value, unknown: try change.unknown(of: value))
                case "added_tokens": new = change.addedTokens(JSONBuilder(value))
                case "post_processor": new = try change.postProcessor(JSONBuilder(value))
                case "padding": new = try change.padding(JSONBuilder(value))
                default: new = JSONBuilder(value)
                }
                members.append(.init(key: key, new))
            }
        } catch {
            throw FocusError(error.message, path: path)
        }
        return .object(members)
    }
}
