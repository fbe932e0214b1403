/// A token that is cut out of the text before the model sees it.
struct AddedToken: Sendable, Hashable {
    /// Its text.
    var content: [UInt8]
    /// Whether it counts only where no word character touches it.
    var isSingleWord = false
    /// Whether it takes the whitespace before it along.
    var stripsLeft = false
    /// Whether it takes the whitespace after it along.
    var stripsRight = false
    /// Whether it is looked for in the normalized text, in its normalized form.
    var isNormalized = true
    /// Whether decoding may leave it out.
    var isSpecial = false
}
