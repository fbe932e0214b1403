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
    /// The tokens that the file itself adds, in order.
    var added: [AddedToken] = []
    var postProcessor = PostProcessor()
    /// The tokens that the class puts around a text, where no post-processor is described; those that there are not are
    /// left out.
    var frame: (before: [String], after: [String]) = ([], [])
    var decoder: (any TokenDecoder)?
    /// How the tokens spell text.
    var spelling: TokenSpelling
    /// The signs that they hold.
    var marks = TokenMarks()
    /// What the file itself says of the roles of tokens.
    var roles: [SpecialRole: [UInt8]] = [:]
    /// Whether transformers cleans up spaces after decoding when it is asked to: not for BPE.
    var mayCleanUp = false
    /// Roles that are those of the family, so that a token which the vocabulary lacks is not added for their sake.
    var usualRoles: [SpecialRole: String] = [:]
    /// The class whose tokens are added, if one loads the file.
    var rulingClass: String?
    /// What the user should know.
    var remarks: [String] = []
}
