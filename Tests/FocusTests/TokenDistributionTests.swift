import Testing

@testable import Focus

@Suite("The distribution of tokens")
struct TokenDistributionTests {
    /// Of equally frequent tokens all entropies are the logarithm of their number.
    @Test(arguments: [1, 2, 8, 1024])
    func equallyFrequentTokens(count: Int) {
        let distribution = TokenDistribution(Array(repeating: 7, count: count) + [0, 0])
        var exponent = 0.0
        while 1 << Int(exponent) < count { exponent += 1 }
        #expect(abs(distribution.entropy - exponent) < 1e-12)
        #expect(abs(distribution.renyi(2.5) - exponent) < 1e-12)
    }

    /// numpy: p = np.array([8, 4, 2, 1, 1]) / 16; -(p * np.log2(p)).sum(); np.log2((p ** 2.5).sum()) / -1.5
    @Test func oneOfWhichIsFrequent() {
        let distribution = TokenDistribution([8, 4, 0, 2, 1, 1])
        #expect(abs(distribution.entropy - 1.875) < 1e-12)
        #expect(abs(distribution.renyi(2.5) - 1.4761418874658891) < 1e-9)
    }

    @Test func noTokenAtAll() {
        #expect(TokenDistribution([0, 0]).entropy == 0)
        #expect(TokenDistribution([]).renyi(2.5) == 0)
    }
}
