public import FocusEngine

/// The method that keeps most of a model, by what the model is and what is at hand, and why: what `auto` takes.
///
/// The order of the methods is that of measurements on a causal model and on an encoder in several languages; see
/// `docs/methods.md`.
public struct MethodChoice: Sendable, Hashable {
    /// What the choice depends on.
    public struct Circumstances: Sendable, Hashable {
        /// Whether the model predicts the next token, so that its output layer is what counts.
        public var isCausal: Bool
        /// Why the model cannot be run here, as a sentence; nil where it can be.
        public var obstacle: String?
        /// Whether there is text of the target language.
        public var hasText: Bool
        /// Whether there are auxiliary vectors, ready or to be trained on text.
        public var hasVectors: Bool
        /// Whether the source tokenizer can cut a text into pieces.
        public var cutsText: Bool
        /// Whether a vocabulary is extended, so that its tokens keep their rows.
        public var extends: Bool

        /// Makes circumstances.
        public init(
            isCausal: Bool, obstacle: String?, hasText: Bool, hasVectors: Bool, cutsText: Bool, extends: Bool = false
        ) {
            self.isCausal = isCausal
            self.obstacle = obstacle
            self.hasText = hasText
            self.hasVectors = hasVectors
            self.cutsText = cutsText
            self.extends = extends
        }
    }

    /// The method to take.
    public let method: RowMethod
    /// Why, as a sentence: what the model is, and what is at hand or missing.
    public let reason: String
    private let circumstances: Circumstances

    /// Chooses.
    public init(_ given: Circumstances) {
        circumstances = given
        guard given.cutsText else {
            (method, reason) = (.focus, "the source tokenizer cannot cut text into pieces")
            return
        }
        let runs = given.obstacle == nil && !given.extends
        switch (given.isCausal, runs, given.hasVectors) {
        case (true, true, true): method = given.hasText ? .focusAndStates : .focusAndUniformPieces
        case (true, false, true): method = .focusAndUniformPieces
        case (false, true, true): method = .focusPiecesAndStates
        case (false, true, false): method = .piecesAndStates
        case (false, false, true): method = .focusAndPieces
        case (true, _, false), (false, false, false): method = .pieces
        }
        let kind = given.isCausal ? "predicts the next token" : "is an encoder"
        let state =
            given.obstacle.map { "cannot be run here (\($0))" }
            ?? (given.extends ? "its vocabulary is extended" : "can be run here")
        let vectors = given.hasVectors ? "there are auxiliary vectors" : "there is no text and are no auxiliary vectors"
        let text = given.isCausal && given.hasVectors && !given.hasText ? ", but no text to count tokens in" : ""
        reason = "the model \(kind) and \(state), and \(vectors)\(text)"
    }

    private init(_ method: RowMethod, _ reason: String, _ circumstances: Circumstances) {
        (self.method, self.reason, self.circumstances) = (method, reason, circumstances)
    }

    /// The choice where every token of the target is one of the source, so that there are no rows to make.
    var copyingAll: MethodChoice {
        MethodChoice(.pieces, "every token is one of the source's and keeps its row", circumstances)
    }

    /// The choice where the model cannot make rows after all.
    func withoutStates(because obstacle: String) -> MethodChoice {
        var circumstances = circumstances
        circumstances.obstacle = obstacle
        return MethodChoice(circumstances)
    }
}
