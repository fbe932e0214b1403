/// One line of a file of rows: what the row of a target token is to be.
struct GivenRow: Sendable, Hashable {
    /// What a row may be.
    enum Value: Sendable, Hashable {
        /// The plain mean of the rows of these source tokens, in whatever order; of one, its row.
        case tokens([NamedToken])
        /// The plain mean of the rows of the source tokens into which the source tokenizer cuts this text.
        case text([UInt8])
    }

    /// The line of the file, from 1.
    let line: Int
    /// The target token.
    let target: NamedToken
    /// What its row is.
    let value: Value
}
