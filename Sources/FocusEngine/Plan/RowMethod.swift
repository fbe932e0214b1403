/// How the rows of new tokens are made.
public enum RowMethod: String, Sendable, Hashable, CaseIterable {
    /// As published: combinations of anchors that are near in an auxiliary space. (Dobler & de Melo 2023)
    case focus
    /// The mean of the rows of the pieces into which the source tokenizer splits a token's text, by weight.
    case pieces
    /// Both, as vectors of length 1, brought to the mean norm of the anchors.
    case focusAndPieces = "focus+pieces"
    /// Rows learnt from the states that the model itself has of a token's pieces.
    case states
    /// The mean of the pieces and rows learnt from states, as vectors of length 1, brought to the mean norm of the
    /// anchors.
    case piecesAndStates = "pieces+states"
    /// The plain mean of combinations of anchors and rows learnt from states: for models that predict the next token.
    case focusAndStates = "focus+states"
    /// As pieces and states, with half as much of a combination of anchors.
    case focusPiecesAndStates = "focus+pieces+states"
    /// The plain mean of combinations of anchors and the plain mean of the pieces, of which nothing is rescaled: for
    /// models that predict the next token and cannot be run here.
    case focusAndUniformPieces = "focus+uniform-pieces"

    /// The methods for which no model is run, and which hidden anchors can be rebuilt by.
    public static let withoutStates: [RowMethod] = [.focus, .pieces, .focusAndPieces]

    /// Whether new tokens are compared with anchors, which takes auxiliary vectors.
    public var usesVectors: Bool {
        switch self {
        case .focus, .focusAndPieces, .focusAndStates, .focusPiecesAndStates, .focusAndUniformPieces: true
        case .pieces, .states, .piecesAndStates: false
        }
    }

    /// Whether tokens are split into pieces.
    public var usesPieces: Bool { self != .focus }

    /// Whether the model is run on the pieces of tokens.
    public var usesStates: Bool {
        switch self {
        case .states, .piecesAndStates, .focusAndStates, .focusPiecesAndStates: true
        case .focus, .pieces, .focusAndPieces, .focusAndUniformPieces: false
        }
    }

    /// Whether rows are mixed of vectors of length 1, and brought to the mean norm of the anchors.
    public var mixesUnitRows: Bool {
        switch self {
        case .focusAndPieces, .piecesAndStates, .focusPiecesAndStates: true
        case .focus, .pieces, .states, .focusAndStates, .focusAndUniformPieces: false
        }
    }

    /// What becomes of tokens without an auxiliary vector.
    public var withoutVectors: RowMethod {
        switch self {
        case .states, .focusAndStates: .states
        case .piecesAndStates, .focusPiecesAndStates: .piecesAndStates
        case .focus, .pieces, .focusAndPieces, .focusAndUniformPieces: .pieces
        }
    }

    /// The default of what cosines are multiplied by before sparsemax.
    public var usualTemperature: Double { self == .focusAndPieces || self == .focusPiecesAndStates ? 3 : 1 }

    /// The default weighting of pieces: fallback rows of the published method are plain means.
    public var usualPieceWeighting: PieceWeighting {
        switch self {
        case .focus, .focusAndStates, .focusAndUniformPieces: .uniform
        case .pieces, .focusAndPieces, .states, .piecesAndStates, .focusPiecesAndStates: .frequency
        }
    }
}
