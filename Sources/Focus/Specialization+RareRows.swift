internal import FocusEngine
internal import Tokenization

extension Specialization {
    /// `plan` with the rows that the method cannot reach made as the options say.
    func reachingRareRows(_ plan: RowPlan) throws -> RowPlan {
        guard options.rare == .pieces else { return plan.replacingSamples(options.rare) { _ in [] } }
        let tokenizer = try Tokenizer.load(options.sourceTokenizer ?? checkpoint.folder)
        let forms = CanonicalVocabulary(target.vocabulary, workers: options.workers)
        let wordStart = Array("▁".utf8)
        return plan.replacingSamples(.pieces) { id in
            // The text of a special token says nothing.
            guard !target.vocabulary.specialIDs.contains(id), let form = forms.form(of: id) else { return [] }
            let text = form.text.bytes
            let isMarked = form.beginsWord && text.starts(with: wordStart)
            return tokenizer.pieces(of: isMarked ? Array(text.dropFirst(wordStart.count)) : text, beginsWord: isMarked)
        }
    }
}
