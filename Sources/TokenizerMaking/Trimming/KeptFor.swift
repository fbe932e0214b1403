/// Why a token stays in a tokenizer that is trimmed, the first reason that holds.
package enum KeptFor: String, Sendable, Hashable, CaseIterable {
    /// It is special, or was added to the model.
    case special
    /// It plays a role, or a file of the folder names it: the post-processor, config.json.
    case named
    /// It stands for a byte that has no other token.
    case byte
    /// The text uses it.
    case text
    /// The chat template uses it.
    case template
    /// An unknown word of the text begins with it, and might become known without it.
    case unknownWord
    /// It is of one character.
    case character
    /// It is a number.
    case number
    /// It is punctuation.
    case punctuation
    /// Merges make another token of it.
    case part
    /// It is the least probable, which unknown characters are weighed by.
    case leastProbable
    /// It is one of the most useful of the others.
    case filling
}
