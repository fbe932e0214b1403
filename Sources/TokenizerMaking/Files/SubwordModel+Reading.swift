internal import JSON
internal import Replacement
internal import Vocabularies

extension SubwordModel {
    /// Reads the member `model` of a tokenizer.json that `Tokenizer.load` has read without complaint.
    ///
    /// - Throws: `FocusError` where it is of a kind that is not known here, or not what it should be.
    init(_ json: JSONValue) throws(FocusError) {
        guard let vocabulary = json["vocab"] else { throw FocusError("the model has no 'vocab'") }
        switch json["type"]?.string ?? SubwordModel.inferredKind(json) {
        case "Unigram":
            var (tokens, scores): ([Token], [Double]) = ([], [])
            for (id, entry) in vocabulary.elements.enumerated() {
                var parts = entry.elements.makeIterator()
                guard let text = parts.next()?.bytes, let score = parts.next()?.double else {
                    throw FocusError("entry \(id) of the model's 'vocab' is not a pair of a piece and its score")
                }
                tokens.append(Token(id: id, text: text))
                scores.append(score)
            }
            self.init(tokens: tokens, kind: .unigram(scores: scores))
        case "BPE":
            let tokens = try SubwordModel.tokens(vocabulary)
            self.init(
                tokens: tokens, kind: .bpe(merges: try SubwordModel.merges(json["merges"], tokens)),
                continuation: json["continuing_subword_prefix"]?.bytes ?? [])
        case "WordPiece": self.init(tokens: try SubwordModel.tokens(vocabulary), kind: .wordPiece)
        case "WordLevel": self.init(tokens: try SubwordModel.tokens(vocabulary), kind: .wordLevel)
        case let other: throw FocusError("has a model of the type '\(other)', which is not known here")
        }
    }

    /// What a model is that does not say so, as old files.
    private static func inferredKind(_ json: JSONValue) -> String {
        if json["merges"] != nil { return "BPE" }
        if json["vocab"]?.kind == .array { return "Unigram" }
        return json["continuing_subword_prefix"] != nil ? "WordPiece" : "WordLevel"
    }

    private static func tokens(_ json: JSONValue) throws(FocusError) -> [Token] {
        var tokens: [Token] = []
        tokens.reserveCapacity(json.count)
        for (text, value) in json.members {
            guard let id = value.integer, (0..<Vocabulary.maximumRowCount).contains(id) else {
                throw FocusError("the token '\(TokenText(text))' of the model's 'vocab' has no id")
            }
            tokens.append(Token(id: id, text: text))
        }
        return tokens.sorted { $0.id < $1.id }
    }

    private static func merges(_ json: JSONValue?, _ tokens: [Token]) throws(FocusError) -> [Merge] {
        guard let json else { return [] }
        let ids = SubwordModel(tokens: tokens, kind: .wordLevel).idsByText
        var merges: [Merge] = []
        merges.reserveCapacity(json.count)
        for element in json.elements {
            let parts: [[UInt8]]
            if let line = element.bytes {
                guard !line.starts(with: Array("#version".utf8)) else { continue }
                parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).map(Array.init)
            } else {
                parts = element.elements.map { $0.bytes ?? [] }
            }
            guard parts.count == 2, let left = ids[parts[0]], let right = ids[parts[1]] else {
                throw FocusError("merge \(merges.count + 1) of the model is not a pair of its tokens")
            }
            merges.append(Merge(left: left, right: right))
        }
        return merges
    }
}
