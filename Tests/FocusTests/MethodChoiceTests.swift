import Focus
import FocusEngine
import Testing

/// The order is that of measured figures: see docs/methods.md.
struct MethodChoiceTests {
    private func choice(
        causal: Bool, runs: Bool = true, text: Bool = true, vectors: Bool = true, cuts: Bool = true,
        extends: Bool = false
    ) -> MethodChoice {
        MethodChoice(
            .init(
                isCausal: causal, obstacle: runs ? nil : "its family is unknown", hasText: text, hasVectors: vectors,
                cutsText: cuts, extends: extends))
    }

    @Test func `a causal model with text gets published rows and rows of states`() {
        #expect(choice(causal: true).method == .focusAndStates)
    }

    @Test func `an encoder with vectors gets all three`() {
        #expect(choice(causal: false).method == .focusPiecesAndStates)
        #expect(choice(causal: false, text: false).method == .focusPiecesAndStates)
    }

    @Test func `without text and vectors an encoder's own states are left, and pieces`() {
        #expect(choice(causal: false, text: false, vectors: false).method == .piecesAndStates)
        #expect(choice(causal: true, text: false, vectors: false).method == .pieces)
    }

    @Test func `vectors without text count no tokens, which a causal model's output layer needs`() {
        let choice = choice(causal: true, text: false)
        #expect(choice.method == .focusAndUniformPieces)
        #expect(choice.reason.contains("no text to count tokens in"))
    }

    @Test func `a model that cannot be run gets rows of rows, and the reason says why`() {
        #expect(choice(causal: true, runs: false).method == .focusAndUniformPieces)
        #expect(choice(causal: false, runs: false).method == .focusAndPieces)
        #expect(choice(causal: false, runs: false, text: false, vectors: false).method == .pieces)
        #expect(choice(causal: true, runs: false).reason.contains("its family is unknown"))
    }

    @Test func `rows of an extended vocabulary's own tokens stay, whatever the model reads`() {
        #expect(choice(causal: true, extends: true).method == .focusAndUniformPieces)
        #expect(choice(causal: false, extends: true).method == .focusAndPieces)
    }

    @Test func `a tokenizer that cannot cut text leaves the published method`() {
        #expect(choice(causal: true, cuts: false).method == .focus)
        #expect(choice(causal: false, cuts: false).method == .focus)
    }
}
