internal import JSON
internal import Vocabularies

extension SubwordModel {
    /// The member `model` of a tokenizer.json: this model's tokens, and everything else as `template` has it.
    ///
    /// - Parameters:
    ///   - template: the model of the file that this one is made like; merges are written in its way.
    ///   - unknown: the id of the token for the unknown, where a Unigram model names one.
    func json(like template: JSONValue, unknown: Int?) -> JSONBuilder {
        var members: [JSONBuilder.Member] = []
        for (key, value) in template.members {
            switch String(decoding: key, as: UTF8.self) {
            case "type", "vocab", "merges", "unk_id": continue
            default: members.append(.init(key: key, JSONBuilder(value)))
            }
        }
        members.insert(.init("type", .text(kind.name)), at: 0)
        switch kind {
        case .unigram(let scores):
            members.append(.init("unk_id", unknown.map { .integer($0) } ?? .null))
            let pieces = zip(tokens, scores).map { JSONBuilder.array([.string($0.text), .double($1)]) }
            members.append(.init("vocab", .array(pieces)))
        case .bpe(let merges):
            members.append(.init("vocab", vocabulary))
            members.append(.init("merges", .array(written(merges, like: template["merges"]))))
        case .wordPiece, .wordLevel:
            members.append(.init("vocab", vocabulary))
        }
        return .object(members)
    }

    private var vocabulary: JSONBuilder {
        .object(tokens.map { .init(key: $0.text, .integer($0.id)) })
    }

    /// Pairs, or, where the template has them and no token holds a space, two tokens with a space between.
    private func written(_ merges: [Merge], like template: JSONValue?) -> [JSONBuilder] {
        let isOld = template?.elements.first { _ in true }?.kind == .string
        let inLines = isOld && !tokens.contains { $0.text.contains(0x20) }
        return merges.map { merge in
            let (left, right) = (tokens[Int(merge.left)].text, tokens[Int(merge.right)].text)
            return inLines ? .string(left + [0x20] + right) : .array([.string(left), .string(right)])
        }
    }
}
