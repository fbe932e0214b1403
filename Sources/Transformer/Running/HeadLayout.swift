/// Where queries, keys and values are in the rows that come out of their matrices.
struct HeadLayout: Sendable {
    /// The first element of the first head of each.
    let queries: Int
    let keys: Int
    let values: Int
    /// From one head of queries to the next.
    let queryStride: Int
    /// From one head of keys or values to the next.
    let keyStride: Int

    /// The layout of an attention.
    init(_ attention: AttentionDescription) {
        let width = attention.headWidth
        if case .interleaved = attention.projections {
            (queries, keys, values) = (0, width, 2 * width)
            (queryStride, keyStride) = (3 * width, 3 * width)
        } else {
            (queries, keys) = (0, attention.heads * width)
            values = keys + attention.keyValueHeads * width
            (queryStride, keyStride) = (width, width)
        }
    }
}
