internal import Vocabularies

/// What a tokenizer file of any kind holds, before it is put together.
struct TokenizerParts {
    var normalizer: (any Normalizer)?
    /// What normalizes added tokens, where that is not the normalizer.
    var addedNormalizer: (any Normalizer)?
    var preTokenizer: (any PreTokenizer)?
    var model: any TokenizationModel
    /// The model's tokens.
    var tokens: [(id: Int, text: TokenText)]
    /// The tokens that are added, in order.
    var added: [AddedToken] = []
    var postProcessor = PostProcessor()
    var decoder: (any TokenDecoder)?
    /// How the tokens spell text.
    var spelling: TokenSpelling
    /// What the file itself says of the roles of tokens.
    var roles: [SpecialRole: [UInt8]] = [:]

    /// The tokenizer, whose special tokens have the roles of `configured`, where there are any.
    func assembled(configured: [SpecialRole: [UInt8]]) throws(TokenizerError) -> Tokenizer {
        let model = self.model
        let added = AddedVocabulary(
            added, modelCount: tokens.count, normalizer: addedNormalizer ?? normalizer, modelID: { model.id(of: $0) })
        var tokens = self.tokens
        for (id, token) in added.tokens.sorted(by: { $0.key < $1.key }) where model.id(of: token.content) == nil {
            tokens.append((Int(id), TokenText(token.content)))
        }
        let roles = SpecialRoles.ids(
            configured: configured, own: self.roles, postProcessor: postProcessor,
            id: { added.ids[$0] ?? model.id(of: $0) })
        var specialIDs = Set(roles.values)
        for (id, token) in added.tokens where token.isSpecial { specialIDs.insert(Int(id)) }
        let vocabulary: Vocabulary
        do {
            vocabulary = try Vocabulary(tokens: tokens, spelling: spelling, specialIDs: specialIDs, roles: roles)
        } catch {
            throw TokenizerError(.invalid, error.description)
        }
        let pipeline = TokenizerPipeline(
            added: added, normalizer: normalizer, preTokenizer: preTokenizer, model: model,
            postProcessor: postProcessor, decoder: decoder)
        return Tokenizer(vocabulary: vocabulary, pipeline: pipeline)
    }
}
