import Testing
import TestSupport

@testable import StaticEmbeddings

@Suite struct RowGroupsTests {
    /// Few buckets make n-grams that share rows, also within a word.
    @Test(arguments: [3, 30, 500, 2_000_000])
    func `rows are in one group where the same words have them equally often`(bucketCount: Int) throws {
        let folder = try TemporaryFolder()
        let tokens = try CBOWTrainerTests.stream(folder, CBOWTrainerTests.documents())
        let dictionary = TrainingDictionary(of: tokens, minimumCount: 3)
        let rows = NGramRows(of: dictionary, lengths: 3...6, bucketCount: bucketCount)
        let groups = RowGroups(of: rows)

        var counts = [[Int: Int]](repeating: [:], count: rows.count)
        for word in dictionary.words.indices {
            for place in rows.starts[word]..<rows.starts[word + 1] {
                counts[Int(rows.numbers[Int(place)])][word, default: 0] += 1
            }
        }
        let byCounts = Dictionary(grouping: 0..<rows.count) { counts[$0] }
        let byGroup = Dictionary(grouping: 0..<rows.count) { groups.groupOfRow[$0] }
        #expect(Set(byCounts.values) == Set(byGroup.values))
        #expect(groups.count == byCounts.count)
        #expect(bucketCount > 30 || counts.contains { $0.values.contains { $0 > 1 } })

        for word in dictionary.words.indices {
            let own = groups.numbers[Int(groups.starts[word])..<Int(groups.starts[word + 1])]
            var expected: [UInt32: Int] = [:]
            for (row, count) in counts.enumerated() {
                if let count = count[word] { expected[groups.groupOfRow[row]] = count }
            }
            #expect(Dictionary(grouping: own, by: \.self).mapValues(\.count) == expected)
        }
    }

    @Test func `words without n-grams are groups of their own`() throws {
        let folder = try TemporaryFolder()
        let tokens = try CBOWTrainerTests.stream(folder, CBOWTrainerTests.documents())
        let rows = NGramRows(
            of: TrainingDictionary(of: tokens, minimumCount: 3), lengths: nil, bucketCount: 100)
        let groups = RowGroups(of: rows)
        #expect(groups.count == rows.count)
        #expect(groups.numbers == rows.numbers)
    }
}
