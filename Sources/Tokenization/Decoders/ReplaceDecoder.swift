/// Replaces one string by another.
struct ReplaceDecoder: TokenDecoder {
    /// What is replaced.
    let pattern: [UInt8]
    /// What it is replaced with.
    let content: [UInt8]

    func decode(_ tokens: inout [[UInt8]]) {
        for index in tokens.indices { tokens[index] = tokens[index].replacing(pattern, with: content) }
    }
}
