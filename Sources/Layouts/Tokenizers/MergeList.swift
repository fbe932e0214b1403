internal import JSON
internal import Replacement

/// The merges of a BPE tokenizer, in their order.
struct MergeList {
    /// What is put together.
    let pairs: [(left: [UInt8], right: [UInt8])]
    private let ids: [[UInt8]: Int]

    /// Reads those of `source`.
    ///
    /// - Throws: `FocusError` where one is no pair.
    init(_ source: TokenizerSource) throws(FocusError) {
        var pairs: [(left: [UInt8], right: [UInt8])] = []
        let merges = source.json["model"]?["merges"]
        pairs.reserveCapacity(merges?.count ?? 0)
        for merge in merges?.elements ?? source.json.elements {
            if let text = merge.bytes, let cut = text.dropFirst().firstIndex(of: UInt8(ascii: " ")) {
                pairs.append((Array(text[..<cut]), Array(text[(cut + 1)...])))
                continue
            }
            var parts = merge.elements.makeIterator()
            guard let left = parts.next()?.bytes, let right = parts.next()?.bytes else {
                throw source.invalid("has a merge that is no pair of tokens: it is damaged")
            }
            pairs.append((left, right))
        }
        self.pairs = pairs
        var ids: [[UInt8]: Int] = [:]
        ids.reserveCapacity(source.tokens.count)
        for (id, token) in source.tokens.enumerated() { if let token { ids[token] = id } }
        self.ids = ids
    }

    /// Scores by id with which the same merges are tried in the same order: less, the later a token is first made.
    func scores(count: Int, added: [Int: Bool]) -> [Float] {
        var scores = [Float](repeating: -Float(pairs.count), count: count)
        var made = [Bool](repeating: false, count: count)
        for (rank, pair) in pairs.enumerated() {
            guard let id = ids[pair.left + pair.right], id < count, !made[id] else { continue }
            made[id] = true
            scores[id] = -Float(rank)
        }
        for id in added.keys where id < count { scores[id] = -1000 }
        return scores
    }

    /// What SentencePiece's way, which joins any two pieces that make a third, cuts otherwise; nil where it is nothing.
    func note(scores: [Float], _ source: TokenizerSource) -> String? {
        struct Pair: Hashable {
            let left: Int
            let right: Int
        }
        var known: Set<Pair> = []
        known.reserveCapacity(pairs.count)
        var (last, swapped) = (Float.infinity, 0)
        for pair in pairs {
            guard let left = ids[pair.left], let right = ids[pair.right], let id = ids[pair.left + pair.right] else {
                continue
            }
            known.insert(Pair(left: left, right: right))
            guard source.added[id] == nil else { continue }
            if scores[id] > last { swapped += 1 }
            last = min(last, scores[id])
        }
        let pieces = source.tokens.map { $0 ?? [] }
        let made: [Double?] = pieces.indices.map {
            source.added[$0] == nil && !pieces[$0].isEmpty ? Double(scores[$0]) : nil
        }
        let more = PieceMerges.all(pieces, scores: made).filter {
            !known.contains(Pair(left: $0.left, right: $0.right))
        }
        guard let first = more.first ?? (swapped > 0 ? (0, 0) : nil) else { return nil }
        let example =
            more.isEmpty
            ? ""
            : ", as '\(String(decoding: pieces[first.left], as: UTF8.self))' and "
                + "'\(String(decoding: pieces[first.right], as: UTF8.self))'"
        return "llama.cpp joins any two pieces that make a third: \(more.count) joins are none of this tokenizer's"
            + "\(example), and \(swapped) come in another order, so that some words are cut otherwise"
    }
}
