extension SubwordModel {
    /// The model with these tokens alone, whose new ids are their places in `ids`; the merges of them and into them
    /// stay in their order.
    ///
    /// - Parameter ids: ids of tokens of this model, none of them twice.
    package func keeping(_ ids: [Int]) -> SubwordModel {
        var places = [Int](repeating: -1, count: (tokens.last?.id ?? -1) + 1)
        for (place, token) in tokens.enumerated() { places[token.id] = place }
        let chosen = ids.map { tokens[places[$0]] }
        let texts = chosen.map(\.text)
        switch kind {
        case .unigram(let scores):
            return SubwordModel(texts: texts, kind: .unigram(scores: ids.map { scores[places[$0]] }))
        case .bpe(let merges):
            var new = [Int32](repeating: -1, count: places.count)
            for (place, id) in ids.enumerated() { new[id] = Int32(place) }
            let made = products(of: merges)
            let kept = zip(merges, made).compactMap { merge, made -> Merge? in
                let (left, right) = (new[Int(merge.left)], new[Int(merge.right)])
                return left < 0 || right < 0 || made < 0 || new[Int(made)] < 0 ? nil : Merge(left: left, right: right)
            }
            return SubwordModel(texts: texts, kind: .bpe(merges: kept), continuation: continuation)
        case .wordPiece, .wordLevel: return SubwordModel(texts: texts, kind: kind)
        }
    }

    /// The id of the token that each merge makes, or -1 where there is none.
    package func products(of merges: [Merge]) -> [Int32] {
        let ids = idsByText
        var texts = [[UInt8]](repeating: [], count: (tokens.last?.id ?? -1) + 1)
        for token in tokens { texts[token.id] = token.text }
        return merges.map { merge in
            ids[texts[Int(merge.left)] + texts[Int(merge.right)].dropFirst(continuation.count)] ?? -1
        }
    }
}
