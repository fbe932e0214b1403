/// How the rows of new tokens are made.
public enum RowMethod: String, Sendable, Hashable, CaseIterable {
    /// As published: combinations of anchors that are near in an auxiliary space. (Dobler & de Melo 2023)
    case focus
    /// The mean of the rows of the pieces into which the source tokenizer splits a token's text, by weight.
    case pieces
    /// Both, as vectors of length 1, brought to the mean norm of the anchors.
    case focusAndPieces = "focus+pieces"

    /// Whether new tokens are compared with anchors, which takes auxiliary vectors.
    public var usesVectors: Bool { self != .pieces }

    /// Whether tokens are split into pieces.
    public var usesPieces: Bool { self != .focus }

    /// The default of what cosines are multiplied by before sparsemax.
    public var usualTemperature: Double { self == .focusAndPieces ? 3 : 1 }

    /// The default weighting of pieces: fallback rows of the published method are plain means.
    public var usualPieceWeighting: PieceWeighting { self == .focus ? .uniform : .frequency }
}
