/// What stands around the ids of a text when special tokens are asked for.
struct PostProcessor: Sendable {
    /// A part of the result.
    enum Part: Sendable, Equatable {
        /// These ids.
        case ids([Int32])
        /// The ids of the text.
        case text
    }

    /// The parts when special tokens are added.
    private(set) var special: [[Part]] = [[.text]] {
        didSet { specialIsText = special == [[.text]] }
    }
    /// The parts when they are not: a template may still name the text more than once.
    private(set) var plain: [[Part]] = [[.text]] {
        didSet { plainIsText = plain == [[.text]] }
    }
    /// Whether there is nothing but the text.
    private var specialIsText = true
    private var plainIsText = true

    /// Puts a `TemplateProcessing` behind what there is.
    mutating func apply(template: [Part]) throws(TokenizerError) {
        // A template takes one text; what an earlier template made of it is as many texts as it has parts.
        guard special.count == 1 else {
            throw TokenizerError(.unsupported, "a 'TemplateProcessing' that follows another one is not supported")
        }
        special = PostProcessor.filled(template, special[0])
        plain = PostProcessor.filled(template.filter { $0 == .text }, plain.first ?? [])
    }

    private static func filled(_ template: [Part], _ text: [Part]) -> [[Part]] {
        template.map { $0 == .text ? text : [$0] }
    }

    /// Puts a `BertProcessing` or `RobertaProcessing` behind what there is.
    mutating func apply(classification: Int32, separator: Int32, doublesSeparator: Bool) {
        for index in special.indices {
            if index == 0 {
                special[index].insert(.ids([classification]), at: 0)
            } else if doublesSeparator {
                special[index].insert(.ids([separator]), at: 0)
            }
            special[index].append(.ids([separator]))
        }
    }

    /// The ids that stand in the result beside the text's own.
    var specialIDs: [Int32] {
        special.joined().flatMap { part in
            if case .ids(let ids) = part { ids } else { [] as [Int32] }
        }
    }

    /// The constant ids before the first and after the last place of the text.
    var frame: (before: [Int32], after: [Int32]) {
        let parts = Array(special.joined())
        func ids(_ parts: some Sequence<Part>) -> [Int32] {
            parts.flatMap { part in if case .ids(let ids) = part { ids } else { [] as [Int32] } }
        }
        guard let first = parts.firstIndex(of: .text), let last = parts.lastIndex(of: .text) else {
            return (ids(parts), [])
        }
        return (ids(parts[..<first]), ids(parts[(last + 1)...]))
    }

    /// Puts the ids from `start` on, which are the text's, into their place.
    func process(_ ids: inout [Int32], from start: Int, addSpecialTokens: Bool) {
        if addSpecialTokens ? specialIsText : plainIsText { return }
        let parts = addSpecialTokens ? special : plain
        let text = Array(ids[start...])
        ids.removeSubrange(start...)
        for part in parts.joined() {
            switch part {
            case .ids(let constant): ids += constant
            case .text: ids += text
            }
        }
    }
}
