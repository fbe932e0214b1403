internal import Vocabularies

/// Token ids as files name them.
enum TokenID {
    /// `number` as an id, or nil where it cannot be one.
    static func checked(_ number: Int) -> Int32? {
        number >= 0 && number < Vocabulary.maximumRowCount ? Int32(number) : nil
    }
}
