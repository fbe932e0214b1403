internal import CKernels
private import Glibc
internal import Parallel
internal import Tokenization

/// Pieces with the logarithms of their probabilities, and what the words of a text say of them.
struct PieceScores: Sendable {
    /// The pieces' bytes.
    private(set) var pieces: [[UInt8]]
    /// The logarithm of the probability of each.
    var scores: [Double]
    /// The most likely text has this logarithm of its probability for each byte, as the step before found it.
    private(set) var likelihoodPerByte = -1.0
    private var trie: ByteTrie

    /// Words that one thread takes at a time.
    private static let wordsAtATime = 2048

    /// Makes a model.
    init(_ pieces: [[UInt8]], scores: [Double]) {
        self.pieces = pieces
        self.scores = scores
        trie = PieceScores.trie(of: pieces)
    }

    private static func trie(of pieces: [[UInt8]]) -> ByteTrie {
        ByteTrie(pieces.enumerated().map { ($1, Int32($0)) })
    }

    /// Keeps the pieces at `indices` only, in that order.
    mutating func keep(_ indices: [Int]) {
        pieces = indices.map { pieces[$0] }
        scores = indices.map { scores[$0] }
        trie = PieceScores.trie(of: pieces)
    }

    /// How often each piece is expected in all segmentations of `words`, times 2^`scale`.
    mutating func expectations(of words: CountedWords, scale: Int, workers: Workers) -> [Int] {
        let probabilities = scores.map { exp($0) }
        let tilt = -likelihoodPerByte
        let nodes = trie.nodes
        let pieceCount = pieces.count
        let parts = unsafe PieceScores.map(words, workers: workers) { ranges, counted in
            var expected = [Int64](repeating: 0, count: pieceCount)
            var likelihood: Int64 = 0
            var scratch = [Double](repeating: 0, count: unsafe 3 * (Int(counted.longest) + 1))
            for range in ranges {
                _ = unsafe nodes.withUnsafeBufferPointer { nodes in
                    unsafe probabilities.withUnsafeBufferPointer { probabilities in
                        unsafe withUnsafePointer(to: counted) { counted in
                            unsafe focus_expect_pieces(
                                nodes.baseAddress, probabilities.baseAddress, counted, range.lowerBound,
                                range.upperBound, tilt, CInt(scale), &scratch, &expected, &likelihood)
                        }
                    }
                }
            }
            return (expected, likelihood)
        }
        var sum = [Int](repeating: 0, count: pieceCount)
        for part in parts {
            for index in sum.indices { sum[index] += Int(part.0[index]) }
        }
        let bytes = (0..<words.count).reduce(0.0) { $0 + Double(words.range($1).count * words.counts[$1]) }
        likelihoodPerByte = Double(parts.reduce(0) { $0 + Int($1.1) }) / ldexp(1, CInt(scale)) / max(bytes, 1)
        return sum
    }

    /// How often each piece occurs in the most probable segmentations of `words`.
    func bestCounts(of words: CountedWords, workers: Workers) -> [Int] {
        let (nodes, scores) = (trie.nodes, scores)
        let parts = unsafe PieceScores.map(words, workers: workers) { ranges, counted in
            var counts = [Int64](repeating: 0, count: scores.count)
            var paths = [focus_path](repeating: focus_path(), count: unsafe Int(counted.longest) + 1)
            for range in ranges {
                unsafe nodes.withUnsafeBufferPointer { nodes in
                    unsafe scores.withUnsafeBufferPointer { scores in
                        unsafe withUnsafePointer(to: counted) { counted in
                            unsafe focus_count_best_pieces(
                                nodes.baseAddress, scores.baseAddress, counted, range.lowerBound, range.upperBound,
                                &paths, &counts)
                        }
                    }
                }
            }
            return counts
        }
        var sum = [Int](repeating: 0, count: scores.count)
        for part in parts {
            for index in sum.indices { sum[index] += Int(part[index]) }
        }
        return sum
    }

    /// The most probable segmentation of the piece `index` without itself; empty where there is none.
    func alternative(to index: Int, _ paths: inout [focus_path]) -> [Int] {
        let piece = pieces[index]
        let failure = trie.findBestPaths(
            in: piece.span, scores: scores, without: Int32(index), unknown: -1, unknownScore: 0, &paths)
        guard failure == nil else { return [] }
        var parts: [Int] = []
        var end = piece.count
        while end > 0 {
            guard paths[end].start >= 0 else { return [] }
            parts.append(Int(paths[end].value))
            end = Int(paths[end].start)
        }
        return parts
    }

    /// What `body` makes of the words, which each thread gets in many ranges.
    private static func map<Part: Sendable>(
        _ words: CountedWords, workers: Workers, _ body: @Sendable ([Range<Int>], focus_counted_words) -> Part
    ) -> [Part] {
        let blocks = (words.count + wordsAtATime - 1) / wordsAtATime
        let longest = (0..<words.count).reduce(0) { max($0, words.range($1).count) }
        let threads = max(1, min(workers.count, blocks))
        let offsets = words.offsets.map(Int64.init)
        let counts = words.counts.map(Int64.init)
        return workers.map(threads) { thread in
            let ranges = stride(from: thread, to: blocks, by: threads).map { block in
                block * wordsAtATime..<min((block + 1) * wordsAtATime, words.count)
            }
            return unsafe words.bytes.withUnsafeBufferPointer { bytes in
                unsafe offsets.withUnsafeBufferPointer { offsets in
                    unsafe counts.withUnsafeBufferPointer { counts in
                        unsafe body(
                            ranges,
                            focus_counted_words(
                                bytes: bytes.baseAddress, offsets: offsets.baseAddress, counts: counts.baseAddress,
                                longest: longest))
                    }
                }
            }
        }
    }
}
