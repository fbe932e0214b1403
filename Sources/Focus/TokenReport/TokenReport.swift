internal import Checkpoints
internal import JSON
internal import Replacement
internal import Parallel
internal import SystemPackage
public import Tokenization
internal import Vocabularies

/// What of two tokenizers will hurt a model that moves from one to the other, known before anything is computed.
///
/// Everything is found by encoding, not by reading settings.
public struct TokenReport: Sendable {
    /// Where a chat template of the result comes from.
    public struct Templates: Sendable, Hashable {
        /// How many the source's folder has; they stay behind with its tokenizer.
        public let source: Int
        /// How many the target tokenizer's folder has; they come along.
        public let target: Int
    }

    /// A target token that no text was found to lead to.
    public struct UnreachedToken: Sendable, Hashable {
        /// Its id.
        public let id: Int
        /// Its text in the vocabulary.
        public let token: String
        /// The tokens that its text becomes.
        public let pieces: [String]
        /// Whether no text at all leads to it.
        public let isCertain: Bool
    }

    /// How numbers are cut by both; nil where the source's tokenizer was not loaded to cut texts, as with a kept plan.
    public let digits: DigitComparison?
    /// Target tokens that no text was found to lead to; nil where the target cannot cut texts.
    public let reachability: TokenReachability?
    /// A few of them, those of which it is certain first.
    public let unreached: [UnreachedToken]
    /// The chat templates of both sides.
    public let templates: Templates
    /// The special tokens that are in use, and the markers of chat templates, with what becomes of each.
    public let specials: [SpecialText]
    /// Roles that a token plays in one of the vocabularies only.
    public let roles: [MissingRole]
    /// Source tokens whose rows were never trained; nil where nobody looked: with a kept plan, in extension, and where
    /// all is to be like the reference.
    public let untrained: UntrainedTokens?
    /// What really matters, a sentence each.
    public let notes: [String]

    private static let exampleCount = 5
    /// Fewer numbers that are cut otherwise are no note.
    private static let leastDiffering = 100
    /// A smaller share of tokens without a text is no note.
    private static let leastUnreached = 0.1

    /// Compares the tokenizers of a job.
    ///
    /// - Parameter sides: both tokenizers, and what they share.
    /// - Parameter untrained: the source's rows that were never trained, where somebody looked.
    /// - Parameter path: where the target tokenizer lies.
    init(
        _ checkpoint: Checkpoint, _ sides: Sides, targetPath path: FilePath, untrained: UntrainedRows?,
        workers: Workers
    ) {
        let (source, target) = (sides.source, sides.target)
        digits = sides.sourceTokenizer.map { DigitComparison(source: $0, target: target, workers: workers) }
        let reachability = TokenReachability(of: target, workers: workers)
        self.reachability = reachability
        let ordered = (reachability?.unreached ?? []).sorted { $0.isCertain && !$1.isCertain }
        func texts(_ ids: [Int]) -> [String] { ids.map { target.vocabulary.text(of: $0)?.description ?? "" } }
        unreached = ordered.prefix(TokenReport.exampleCount).map {
            UnreachedToken(id: $0.id, token: texts([$0.id])[0], pieces: texts($0.pieces), isCertain: $0.isCertain)
        }
        let files =
            checkpoint.singleFile == nil ? (try? TokenizerFiles(at: checkpoint.folder).files) ?? [] : []
        let found = (
            source: TemplateMarkers.templates(in: files),
            target: TemplateMarkers.templates(in: (try? TokenizerFiles(at: path).files) ?? [])
        )
        templates = Templates(source: found.source.count, target: found.target.count)
        let generation = checkpoint.folder.appending("generation_config.json")
        let configs = [
            ("config.json", checkpoint.config?.root),
            ("generation_config.json", checkpoint.singleFile == nil ? (try? JSONFile.read(generation))?.root : nil),
        ].compactMap { name, root in root.map { (name: name, root: $0) } }
        specials = SpecialText.all(
            source: source, sourceTokenizer: sides.sourceTokenizer, target: target,
            mapping: TokenIDMapping(source: source, target: target.vocabulary, overlap: sides.overlap),
            configs: configs, templates: found)
        roles = MissingRole.all(source: source, target: target.vocabulary, overlap: sides.overlap)
        self.untrained = untrained.map { UntrainedTokens($0, of: source) }
        let isMasked = checkpoint.config?.root["architectures"]?.elements.contains {
            $0.string?.hasSuffix("ForMaskedLM") == true || $0.string?.hasSuffix("ForPreTraining") == true
        }
        notes = [
            TokenReport.note(on: digits), TokenReport.note(on: reachability), TokenReport.note(on: specials),
            isMasked == true ? TokenReport.note(onMaskOf: roles) : nil,
        ].compactMap(\.self)
    }

    private static func note(on digits: DigitComparison?) -> String? {
        guard let digits, digits.differing >= leastDiffering else { return nil }
        let example = digits.examples.first.map { example in
            "\(example.text): \(example.source.joined(separator: " ")) → \(example.target.joined(separator: " "))"
        }
        func name(_ scheme: DigitScheme) -> String {
            scheme.grouping == .irregular ? "irregular" : scheme.description
        }
        return "the target cuts \(digits.differing) of the numbers 0 to 9999 otherwise than the source "
            + "(\(name(digits.source)) → \(name(digits.target)); \(example ?? "")): arithmetic suffers most, and no "
            + "row mends that"
    }

    private static func note(on reachability: TokenReachability?) -> String? {
        guard let reachability, reachability.tested > 0 else { return nil }
        let count = reachability.unreached.count
        guard Double(count) >= leastUnreached * Double(reachability.tested) else { return nil }
        return "no text was found to lead to \(count) of \(reachability.tested) target tokens: their rows are never "
            + "read; look at how the target tokenizer normalizes and cuts text"
    }

    private static func note(on specials: [SpecialText]) -> String? {
        // Of those that only configurations name, it is said where their ids go.
        let lost = specials.filter { $0.isLost && $0.uses.contains { $0.hasPrefix(SpecialText.template) } }
        guard !lost.isEmpty else { return nil }
        let shown = lost.prefix(3).map { "'\($0.text)' (\($0.target.count) tokens)" }
        let more = lost.count > 3 ? " and \(lost.count - 3) more" : ""
        return "texts of the chat template that are one token of the source are several of the target: "
            + "\(shown.joined(separator: ", "))\(more): the model was trained to see each as one; add them to the "
            + "target tokenizer"
    }

    private static func note(onMaskOf roles: [MissingRole]) -> String? {
        guard let mask = roles.first(where: { $0.role == .mask && $0.isMissingInTarget }) else { return nil }
        return "the target has no mask token for the source's '\(mask.token)': \(mask.consequence)"
    }
}

extension TokenReport {
    /// The two vocabularies of a job, with what can cut texts of them.
    struct Sides {
        let source: Vocabulary
        /// The source's tokenizer, where it was loaded whole.
        let sourceTokenizer: Tokenizer?
        let target: Tokenizer
        /// What they share.
        let overlap: Overlap
    }
}
