internal import FocusEngine

/// What rows are made of: what was read or trained before the plan.
struct RowIngredients: Sendable {
    /// The auxiliary vectors of target tokens, for methods that use them.
    let vectors: AuxiliaryVectors?
    /// What pieces weigh, where there are pieces.
    let pieceWeights: PieceWeights?
    /// The plan's method in words.
    let method: MethodDescription
}
