/// What a piece of a SentencePiece model is for, with its number in the file; GGUF has the same for its tokens.
package enum PieceKind: Int, Sendable {
    case normal = 1
    case unknown = 2
    case control = 3
    case userDefined = 4
    case unused = 5
    case byte = 6
}
