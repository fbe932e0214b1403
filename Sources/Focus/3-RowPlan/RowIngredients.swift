internal import FocusEngine

/// What rows are made of: what was read or trained before the plan.
struct RowIngredients: Sendable {
    /// The auxiliary vectors of target tokens, for methods that use them.
    let vectors: AuxiliaryVectors?
    /// What pieces weigh, where there are pieces.
    let pieceWeights: PieceWeights?
    /// How often each target token occurs in the text, by id, where vectors were trained on it.
    let targetCounts: [Int]?
    /// The plan's method in words.
    let method: MethodDescription
}
