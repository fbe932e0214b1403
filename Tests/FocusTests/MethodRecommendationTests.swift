import FocusEngine
import Testing

@testable import Focus

@Suite struct `Recommending a method` {
    private static let cases: [(support: Double, focus: Double?, pieces: Double?, mixed: Double?, wanted: RowMethod)] =
        [
            (20, 0.44, 0.35, 0.46, .focusAndPieces), (61, 0.44, 0.35, 0.46, .pieces), (20, 0.25, 0.45, 0.44, .pieces),
            (20, 0.50, 0.10, 0.45, .focus), (20, nil, 0.4, nil, .pieces), (0, nil, nil, nil, .pieces),
            (20, .nan, .nan, .nan, .focusAndPieces),
        ]

    @Test(arguments: cases)
    func `what rebuilds best is taken, unless the vectors are undertrained`(
        given: (support: Double, focus: Double?, pieces: Double?, mixed: Double?, wanted: RowMethod)
    ) {
        let recommendation = MethodRecommendation(
            support: given.support, focus: given.focus, pieces: given.pieces, mixed: given.mixed)
        #expect(recommendation.method == given.wanted)
        #expect(recommendation.reason.count > 40)
    }

    @Test func `the reason has the figures`() {
        let reason = MethodRecommendation(support: 20, focus: -0.0604, pieces: 0.35, mixed: 1).reason
        #expect(reason.contains("combinations -0.060, pieces 0.350, both 1.000"))
        #expect(MethodRecommendation(support: 60.9, focus: 0.4, pieces: 0.3, mixed: 0.5).reason.contains("takes 60"))
    }
}
