internal import Checkpoints
internal import FocusEngine
internal import Parallel
internal import Replacement
internal import Tokenization
internal import Transformer
internal import Vocabularies

extension Specialization {
    /// Rows of the new tokens that are learnt from the states that the model has of pieces.
    ///
    /// - Parameters:
    ///   - blocks: where states are taken.
    ///   - frame: the ids before and after the pieces.
    ///   - most: the most tokens of both vocabularies to learn from, taken evenly among all.
    /// - Throws: `FocusError` where the model cannot be run on them, or there are too few tokens to learn from, with
    ///   `cure`; `CancellationError`.
    func stateRows(
        of source: SourceModel, _ pieces: TokenPieces, blocks: [PieceStates.Block],
        frame: (before: [Int32], after: [Int32]), most: Int = .max, cure: String
    ) throws -> StateRows {
        let folder = AuxiliaryTraining.temporaryFolder
        let (known, new) = try stages.measure("split tokens") { _ in (knownPieces(pieces, most), newPieces(pieces)) }
        let states = PieceStates(
            of: source, blocks: blocks, frame: frame, room: StateRoom(folder: folder), workers: options.workers)
        do {
            return try stages.measure("read pieces with the model") { monitor in
                try StateRows(
                    states, of: source, known: known, new: new, in: folder, workers: options.workers,
                    monitor: monitor)
            }
        } catch let error as TransformerError {
            throw FocusError("\(error): \(cure)", path: checkpoint.folder, cause: error)
        } catch let error as EngineError {
            throw FocusError("\(error): \(cure)", path: checkpoint.folder, cause: error)
        }
    }

    /// The source tokens that both vocabularies have, and the pieces that each would have if it were not there.
    private func knownPieces(_ pieces: TokenPieces, _ most: Int) -> [(source: Int, pieces: [Int])] {
        let overlap = inputs.overlap
        let special = Set(overlap.roleMatches.map(\.target)).union(inputs.target.vocabulary.specialIDs)
        var seen = inputs.source.specialIDs
        let known = overlap.overlapping.compactMap { id -> Int? in
            guard overlap.mayBeAnchor(id), !special.contains(id), let source = overlap.source(of: id),
                seen.insert(source).inserted
            else { return nil }
            return source
        }
        let split = zip(known, pieces.forced(known)).filter { !$1.isEmpty }.map { (source: $0, pieces: $1) }
        return split.count <= most ? split : (0..<most).map { split[$0 * split.count / most] }
    }

    /// The new tokens that have pieces, but for those whose rows are those of prompts, or given.
    private func newPieces(_ pieces: TokenPieces) -> [(id: Int, pieces: [Int])] {
        let split = pieces.split(inputs.overlap.new)
        let taken = Set(inputs.promptRows.map(\.row)).union(inputs.target.vocabulary.specialIDs)
            .union(inputs.given.ids)
        return inputs.overlap.new.sorted().compactMap { id in
            guard !taken.contains(id), let pieces = split[id], !pieces.isEmpty else { return nil }
            return (id, pieces)
        }
    }
}
