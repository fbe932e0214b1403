internal import Parallel
internal import Tokenization
internal import Vocabularies

extension TrimSelection {
    /// Keeps more tokens until there are `total`, as far as there are some in the scripts of the text: the most
    /// probable, those of the earliest merges, or the first ones; none that no text was found to lead to.
    mutating func fill(to total: Int, _ use: TextUse, in folder: TokenizerFolder, workers: Workers) {
        guard count < total else { return }
        let vocabulary = folder.tokenizer.vocabulary
        let scripts = TrimSelection.scripts(of: use)
        let unreached = Set(TokenReachability(of: folder.tokenizer, workers: workers)?.unreached.map(\.id) ?? [])
        for id in TrimSelection.order(of: folder.model) where reasons[id] == nil && !unreached.contains(id) {
            guard count < total else { return }
            guard let own = vocabulary.ownText(of: id), let traits = TextTraits(own.bytes),
                traits.scripts.isSubset(of: scripts)
            else { continue }
            // One that needs others may not fit where a smaller one does.
            if count + needs(id).count <= total { keep(id, for: .filling) }
        }
    }

    /// The ids of the tokens of `model`, the most useful first, as far as the model itself says so.
    private static func order(of model: SubwordModel) -> [Int] {
        switch model.kind {
        case .unigram(let scores):
            return model.tokens.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
                .map { model.tokens[$0].id }
        case .bpe(let merges):
            var seen: Set<Int32> = []
            return model.products(of: merges).filter { $0 >= 0 && seen.insert($0).inserted }.map(Int.init)
        case .wordPiece, .wordLevel:
            // Vocabularies of this kind are listed by frequency.
            return model.tokens.map(\.id)
        }
    }
}
