/// What the characters of a text are, by the tables of Unicode that tokenizers cut text by.
package struct TextTraits: Sendable, Hashable {
    /// The number of characters (scalars).
    package private(set) var count = 0
    /// Whether there are characters, and all are numeric.
    package private(set) var isNumeric = true
    /// Whether there are characters, and all are punctuation or ASCII signs.
    package private(set) var isPunctuation = true
    /// The scripts of the characters, letters or not, by numbers that stand for scripts. Hiragana and katakana count as
    /// Han; Common and Inherited, as signs, emoji and accents are, count as none.
    package private(set) var scripts: Set<UInt8> = []

    /// Looks at `text`; nil where it is not UTF-8, as halves of characters.
    package init?(_ text: [UInt8]) {
        guard UTF8Validity.isWellFormed(text.span) else { return nil }
        var position = 0
        while position < text.count {
            let scalar = text.span.scalar(at: position)
            let flags = Scalars.flags(scalar.value)
            isNumeric = isNumeric && flags.contains(.numeric)
            isPunctuation = isPunctuation && flags.contains(.punctuation)
            let script = Scalars.script(scalar.value)
            if Scalars.isScript(script) { scripts.insert(script) }
            count += 1
            position += scalar.length
        }
        isNumeric = isNumeric && count > 0
        isPunctuation = isPunctuation && count > 0
    }
}
