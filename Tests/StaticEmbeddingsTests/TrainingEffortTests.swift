import StaticEmbeddings
import Testing

@Suite struct TrainingEffortTests {
    private func effort(_ epochs: Int?, _ minimum: Int?, tokens: Int) -> [Int] {
        var parameters = FastTextParameters()
        (parameters.epochs, parameters.minimumCount) = (epochs, minimum)
        let effort = TrainingEffort(parameters, tokenCount: tokens)
        return [effort.epochs, effort.minimumCount]
    }

    @Test(
        arguments: [
            (5_264_498, [3, 10]), (1_000_000_000, [3, 10]), (5_000_000, [3, 10]), (4_999_999, [4, 8]),
            (443_306, [34, 2]), (44_419, [300, 2]), (0, [300, 2]),
        ] as [(Int, [Int])])
    func `little text is read more often, and rarer tokens are learnt`(tokens: Int, expected: [Int]) {
        #expect(effort(nil, nil, tokens: tokens) == expected)
    }

    @Test func `what is said is done`() {
        #expect(effort(7, 4, tokens: 1000) == [7, 4])
        #expect(effort(nil, 4, tokens: 1000) == [300, 4])
        #expect(effort(1, nil, tokens: 1000) == [1, 30])
        #expect(effort(7, nil, tokens: 1000) == [7, 5])
    }
}
