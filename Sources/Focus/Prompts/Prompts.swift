internal import Checkpoints
internal import JSON
internal import Replacement
internal import SystemPackage
internal import Tokenization
internal import Vocabularies

/// What becomes of the prompts that a model was trained to see, where the target tokenizer splits their words in its
/// own way.
struct Prompts: Sendable {
    /// The target tokenizer with the prompts that became tokens; nil where none did.
    private(set) var extended: ExtendedTokenizer?
    /// The rows that prompts make, each the mean of source rows.
    private(set) var rows: [(row: Int, sourceRows: [Int])] = []
    /// The texts that became tokens.
    private(set) var added: [[UInt8]] = []
    /// What the user should know, a sentence each.
    private(set) var notes: [String] = []

    /// Looks at the prompts that are asked for, and at those that the checkpoint names.
    ///
    /// - Parameters:
    ///   - texts: the prompts that are asked for.
    ///   - handling: what becomes of them.
    ///   - source: the checkpoint's tokenizer, where it can cut texts.
    ///   - target: the tokenizer that lies at `path`.
    /// - Throws: `FocusError` where there is nothing to cut a prompt with, or a prompt has no words;
    ///   `TokenizerError` where no token can be added.
    init(
        _ texts: [String], _ handling: PromptHandling, in checkpoint: Checkpoint, source: Tokenizer?,
        target: Tokenizer, at path: FilePath
    ) throws {
        guard let source else {
            guard texts.isEmpty else {
                throw FocusError(
                    "its tokenizer cannot cut texts, so that nothing is known of how the model sees a prompt: leave "
                        + "out --prompt", path: checkpoint.singleFile ?? checkpoint.folder, code: .option)
            }
            return
        }
        var cuts: [PromptCut] = []
        for prompt in texts {
            let text = PromptCut.trimmed(prompt)
            guard !cuts.contains(where: { $0.text == text }) else { continue }
            let cut = try PromptCut(text, source: source, target: target)
            guard !cut.source.isEmpty else {
                throw FocusError(
                    "the source tokenizer has no token for the prompt '\(prompt)': name the text as the model sees it",
                    path: checkpoint.singleFile ?? checkpoint.folder, code: .option)
            }
            cuts.append(cut)
        }
        let names = Names(source: source.vocabulary, target: target.vocabulary)
        for cut in cuts {
            if let token = cut.token(of: target.vocabulary) {
                rows.append((token, cut.source))
                notes.append(
                    "the prompt \(names.quoted(cut.text)) is one token of the target: its row is "
                        + names.mean(of: cut.source)
                )
            } else if cut.split.isEmpty {
                notes.append(
                    "no word of the prompt \(names.quoted(cut.text)) is split otherwise than by the source: nothing "
                        + "is done for it"
                )
            } else if handling == .row {
                overwrite(cut, target, names)
            } else {
                added.append(cut.text)
            }
        }
        if !added.isEmpty {
            let extended = try target.adding(added, at: path)
            for (id, cut) in zip(extended.ids, cuts.filter { added.contains($0.text) }) {
                rows.append((id, cut.source))
                notes.append(
                    "the prompt \(names.quoted(cut.text)) becomes one token (id \(id)), whose row is "
                        + "\(names.mean(of: cut.source)): the target tokenizer would cut it "
                        + "\(names.list(cut.target, names.target)); its tokenizer.json is not copied byte for "
                        + "byte, but gets that token, and all other ids stay")
            }
            self.extended = extended
        }
        notes += Prompts.unheeded(checkpoint, source, target, asked: cuts.map(\.text), names)
        notes += Prompts.templateNotes(checkpoint, source, target, asked: cuts.map(\.text), names)
    }

    /// Gives the rarest token of each word that is split the mean of the source's pieces of that word.
    private mutating func overwrite(_ cut: PromptCut, _ target: Tokenizer, _ names: Names) {
        for word in cut.split {
            guard let rarest = Prompts.rarest(of: word.target, in: target) else { continue }
            guard !rows.contains(where: { $0.row == rarest }) else {
                notes.append(
                    "the prompt \(names.quoted(cut.text)) has no row of its own: the rarest of its tokens, "
                        + "\(names.list([rarest], names.target)), has that of another prompt")
                continue
            }
            rows.append((rarest, word.source))
            notes.append(
                "for the prompt \(names.quoted(cut.text)) the row of \(names.list([rarest], names.target)) "
                    + "(id \(rarest)) becomes \(names.mean(of: word.source)), wherever that token stands")
        }
    }

    /// The token of the least probability, or the last one that was added to the vocabulary where there are none.
    private static func rarest(of tokens: [Int], in tokenizer: Tokenizer) -> Int? {
        let scores = tokenizer.logarithmicProbabilities
        func rank(_ id: Int) -> (Double, Int) {
            (scores.map { $0.indices.contains(id) ? $0[id] : 0 } ?? 0, -id)
        }
        return tokens.filter { !tokenizer.vocabulary.specialIDs.contains($0) }.min { rank($0) < rank($1) }
    }

    /// What to know of the prompts that sentence-transformers finds in the checkpoint, and nobody asked for.
    private static func unheeded(
        _ checkpoint: Checkpoint, _ source: Tokenizer, _ target: Tokenizer, asked: [[UInt8]], _ names: Names
    ) -> [String] {
        guard checkpoint.singleFile == nil else { return [] }
        let path = checkpoint.folder.appending("config_sentence_transformers.json")
        guard FolderContents.isFile(path), let root = try? JSONFile.read(path).root else { return [] }
        var seen = Set(asked)
        return root["prompts"]?.members.compactMap { member in
            let text = PromptCut.trimmed(member.value.string ?? "")
            guard !text.isEmpty, seen.insert(text).inserted,
                let cut = try? PromptCut(text, source: source, target: target), !cut.split.isEmpty
            else { return nil }
            return "the prompt \(names.quoted(text)) of config_sentence_transformers.json is cut "
                + "\(names.list(cut.source, names.source)) by the source and \(names.list(cut.target, names.target)) "
                + "by the target, which costs more than any row: --prompt \(names.quoted(text)) keeps it one token"
        } ?? []
    }

    /// What to know of the texts of a chat template, which are told and left alone.
    private static func templateNotes(
        _ checkpoint: Checkpoint, _ source: Tokenizer, _ target: Tokenizer, asked: [[UInt8]], _ names: Names
    ) -> [String] {
        // What becomes of markers themselves, the report on tokens says.
        let literals = ChatTemplate.literals(in: checkpoint).flatMap(TemplateMarkers.between)
        var seen: Set<[UInt8]> = []
        let texts = literals.filter { seen.insert($0).inserted }.filter { text in
            !asked.contains(text) && ((try? PromptCut(text, source: source, target: target))?.split.isEmpty == false)
        }
        guard !texts.isEmpty else { return [] }
        let shown = texts.prefix(4).map(names.quoted).joined(separator: ", ")
        let more = texts.count > 4 ? " and \(texts.count - 4) more" : ""
        return [
            "the target cuts texts of the model's chat template in another way than the source does: \(shown)\(more); "
                + "--prompt keeps one that matters"
        ]
    }

    /// Tokens in sentences.
    private struct Names {
        let source: Vocabulary
        let target: Vocabulary

        func quoted(_ text: [UInt8]) -> String { "'\(TokenText(text))'" }

        func list(_ ids: [Int], _ vocabulary: Vocabulary) -> String {
            ids.map { "'\(vocabulary.text(of: $0)?.description ?? "")'" }.joined(separator: " ")
        }

        func mean(of ids: [Int]) -> String { "the mean of the source's \(list(ids, source))" }
    }
}
