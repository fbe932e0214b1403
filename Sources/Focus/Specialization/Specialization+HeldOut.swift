internal import Checkpoints
internal import FocusEngine
internal import TensorIO

extension Specialization {
    /// How well the method rebuilds anchors that it does not see.
    func reconstruct(_ ingredients: RowIngredients) throws -> HeldOutReconstruction? {
        guard RowMethod.withoutStates.contains(options.chosenMethod) else { return nil }
        return try reconstruct([options.chosenMethod], ingredients)[options.chosenMethod]
    }

    /// How well each of `methods` rebuilds the same anchors.
    func reconstruct(_ methods: [RowMethod], _ ingredients: RowIngredients) throws -> [RowMethod: HeldOutReconstruction]
    {
        let embedding = tensors.vocabulary.embedding
        guard let file = checkpoint.tensors.first(where: { $0.tensor.name == embedding.tensor.name })?.file
        else {
            return [:]
        }
        return try stages.measure("held-out reconstruction") { monitor in
            let rows = try tensors.rows.rows(of: embedding, in: file.reader)
            let means = try tensors.figures.statistics(of: rows, slice: 0).means
            let source = SliceRows(rows, slice: 0)
            let usesPieces = methods.contains(where: \.usesPieces)
            let anchors = HeldOutAnchors(
                inputs.overlap, vectors: ingredients.vectors, seed: options.seed,
                pieces: usesPieces ? { hidden in forcedPieces(of: hidden, ingredients) } : nil)
            var found: [RowMethod: HeldOutReconstruction] = [:]
            for method in methods {
                found[method] = try anchors.reconstruction(
                    by: method, options: planOptions(for: method), source: source, means: means,
                    workers: options.workers, monitor: monitor)
            }
            return found
        }
    }

    /// The pieces that tokens would have if the source had no such token.
    private func forcedPieces(
        of tokens: [(target: Int, source: Int)], _ ingredients: RowIngredients
    ) -> [Int: WeightedRows] {
        guard let pieces = inputs.pieces, let weights = ingredients.pieceWeights else { return [:] }
        return pieces.split(tokens.map { ($0.target, $0.source) }).compactMapValues(weights.combination(of:))
    }
}
