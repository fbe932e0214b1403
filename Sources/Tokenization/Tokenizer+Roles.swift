package import SystemPackage
public import Vocabularies

extension Tokenizer {
    /// The same tokenizer, whose vocabulary gives these tokens these roles because the user says so; it cuts text as
    /// before.
    ///
    /// - Parameter roles: ids that have tokens.
    public func assigning(_ roles: [SpecialRole: Int]) -> Tokenizer {
        guard !roles.isEmpty else { return self }
        return Tokenizer(vocabulary: vocabulary.assigning(roles), pipeline: pipeline, remarks: remarks)
    }

    /// The tokens that are looked for in text before all others, with their ids, and whether they are special.
    package var addedTokens: [(id: Int, content: [UInt8], isSpecial: Bool)] {
        pipeline.added.tokens.map { (Int($0.key), $0.value.content, $0.value.isSpecial) }.sorted { $0.id < $1.id }
    }

    /// The class of transformers that loads the tokenizer in `folder`, as its tokenizer_config.json or config.json
    /// names it, or by the model's type; nil where neither says so.
    ///
    /// - Throws: `TokenizerError` where one of the files cannot be read.
    package static func className(at folder: FilePath) throws(TokenizerError) -> String? {
        TokenizerFileBytes.isFolder(folder) ? try TokenizerConfig(folder: folder).tokenizerClass : nil
    }
}
