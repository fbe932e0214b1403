internal import Vocabularies

extension TokenizerParts {
    /// The tokenizer, with the tokens and roles of `config`.
    func assembled(_ config: TokenizerConfig) throws(TokenizerError) -> Tokenizer {
        let model = self.model
        var config = config
        if let rulingClass { config.fill(from: rulingClass) }
        let named = Set(config.tokens.roles.keys)
        config.fillRoles(usualRoles)
        let additions = config.tokens.additions(to: self.added) { named.contains($0) || model.id(of: $1) != nil }
        let added = AddedVocabulary(
            self.added + additions, modelCount: tokens.count, normalizer: addedNormalizer ?? normalizer,
            modelID: { model.id(of: $0) })
        var tokens = self.tokens
        var literalIDs: Set<Int> = []
        for (id, token) in added.tokens.sorted(by: { $0.key < $1.key }) where model.id(of: token.content) == nil {
            tokens.append((Int(id), TokenText(token.content)))
            literalIDs.insert(Int(id))
        }
        var postProcessor = postProcessor
        if !frame.before.isEmpty || !frame.after.isEmpty {
            func part(_ texts: [String]) -> PostProcessor.Part {
                .ids(texts.map { Array($0.utf8) }.compactMap { added.ids[$0] ?? model.id(of: $0) })
            }
            try postProcessor.apply(template: [part(frame.before), .text, part(frame.after)])
        }
        let texts = textsByID(tokens, of: postProcessor.specialIDs.map(Int.init) + configuredIDs(config))
        let special = Set(added.tokens.filter(\.value.isSpecial).keys)
        let roles = SpecialRoles(
            config: config, own: self.roles, postProcessor: postProcessor,
            tokens: .init(
                id: { added.ids[$0] ?? model.id(of: $0) }, text: { texts[Int($0)] },
                isSpecial: { special.contains($0) }, hasSpecial: !special.isEmpty))
        let specialIDs = Set(roles.ids.values).union(special.map(Int.init))
        let vocabulary: Vocabulary
        do {
            vocabulary = try Vocabulary(
                tokens: tokens, spelling: spelling, specialIDs: specialIDs, roles: roles.ids,
                decoding: decoding(cleansUp: config.boolean("clean_up_tokenization_spaces") == true),
                literalIDs: literalIDs, marks: marks, roleRecord: roles.record)
        } catch {
            throw TokenizerError(.invalid, error.description)
        }
        let pipeline = TokenizerPipeline(
            added: added, normalizer: normalizer, preTokenizer: preTokenizer, model: model,
            postProcessor: postProcessor, decoder: decoder)
        return Tokenizer(vocabulary: vocabulary, pipeline: pipeline, remarks: remarks)
    }

    private func configuredIDs(_ config: TokenizerConfig) -> [Int] {
        SpecialRole.allCases.flatMap { role in config.ids(of: role).map(\.id) }
    }

    private func textsByID(_ tokens: [(id: Int, text: TokenText)], of ids: [Int]) -> [Int: [UInt8]] {
        let wanted = Set(ids)
        guard !wanted.isEmpty else { return [:] }
        var texts: [Int: [UInt8]] = [:]
        for token in tokens where wanted.contains(token.id) { texts[token.id] = token.text.bytes }
        return texts
    }

    /// What decoding does to a lone token; where the file has no decoder, or one that cannot be said in steps, what is
    /// usual for the spelling.
    private func decoding(cleansUp: Bool) -> [DecodingStep] {
        var steps = decoder?.loneSteps ?? usualDecoding
        // CLIP's class takes the sign away, not the decoder of its file.
        let end = DecodingStep.replace(marks.wordEnd, with: [])
        if !marks.wordEnd.isEmpty, !steps.contains(end) { steps.append(end) }
        if cleansUp, mayCleanUp { steps.append(.cleanUpSpaces) }
        return steps
    }

    private var usualDecoding: [DecodingStep] {
        spelling == .sentencePiece ? [.replace(marks.wordStart, with: [])] : spelling.usualDecoding
    }
}
