internal import Vocabularies

/// Which rows the vector of each word is the mean of: its own, and those of its n-grams.
///
/// N-grams share `buckets` rows in fastText, found by a hash. Only those that words of the dictionary have are kept,
/// one after the other in the order of their buckets; n-grams that share a row there share it here.
struct NGramRows: Sendable {
    /// The buckets in use, ascending: row number `words + i` is that of `buckets[i]`.
    let buckets: [UInt32]
    /// For each word, and one more, where its rows begin in `numbers`.
    let starts: [UInt32]
    /// The rows of each word in the order in which fastText sums them.
    let numbers: [UInt32]

    /// Makes the rows of the words of `dictionary`.
    ///
    /// - Parameter lengths: the number of characters of n-grams; nil for none.
    init(of dictionary: TrainingDictionary, lengths: ClosedRange<Int>?, bucketCount: Int) {
        var starts: [UInt32] = [0]
        var numbers: [UInt32] = []
        // A set bit in the highest place says that a number is still a bucket.
        for (word, text) in dictionary.words.enumerated() {
            numbers.append(UInt32(word))
            if let lengths {
                FastTextHash.forEachNGram(of: text.bytes, lengths: lengths) {
                    numbers.append(1 << 31 | UInt32($0 % UInt32(bucketCount)))
                }
            }
            starts.append(UInt32(numbers.count))
        }
        var rows = [UInt32](repeating: 0, count: lengths == nil ? 0 : bucketCount)
        for number in numbers where number >= 1 << 31 { rows[Int(number ^ 1 << 31)] = 1 }
        var buckets: [UInt32] = []
        for bucket in rows.indices where rows[bucket] == 1 {
            rows[bucket] = UInt32(dictionary.words.count + buckets.count)
            buckets.append(UInt32(bucket))
        }
        for index in numbers.indices where numbers[index] >= 1 << 31 {
            numbers[index] = rows[Int(numbers[index] ^ 1 << 31)]
        }
        self.buckets = buckets
        self.starts = starts
        self.numbers = numbers
    }

    /// The number of rows.
    var count: Int { starts.count - 1 + buckets.count }
}
