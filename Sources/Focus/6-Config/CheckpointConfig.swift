internal import Checkpoints
package import JSON
package import Vocabularies

/// Rewrites the JSON files of a checkpoint for another vocabulary: sizes and token ids, wherever they are nested.
package struct CheckpointConfig: Sendable {
    /// Where a value stands.
    struct Scope {
        /// The file and the names around the value, as messages begin: `config.json: text_config.`.
        var path: String
        /// Whether the file is one of settings, where `newline_id` is a token, and no list of examples.
        var isConfiguration = true
        /// Whether the settings around the value are those of sounds or images.
        var isOfAnotherModality = false

        func inside(_ name: String, _ key: ConfigKey? = nil) -> Scope {
            Scope(
                path: path + name, isConfiguration: isConfiguration,
                isOfAnotherModality: isOfAnotherModality || key?.isOfAnotherModality == true)
        }
    }

    /// The ids of the target vocabulary that stand for those of the source's.
    let ids: TokenIDMapping
    /// The rows of the source's vocabulary tensors; some have another number than the table.
    let sourceRows: Set<Int>
    /// The rows of the written vocabulary tensors.
    let targetRows: Int
    /// The class of the target tokenizer, where one is known.
    let tokenizerClass: String?

    /// The tokens that a draft head knows, before and after; nil where there is none.
    var draftSize: (old: Int, new: Int)?

    /// What was changed so far.
    package internal(set) var changes: [ConfigChange] = []
    /// What the user should know: ids without a counterpart, and numbers that look like ids and stay.
    package internal(set) var remarks: [String] = []

    /// The tokens for images and sounds that the target lacks.
    var lost: [LostToken] = []
    /// Where the ids of other vocabularies begin.
    var offsets = VocabularyOffsets()
    /// The ids of the file in those of its parts that have no vocabulary of their own, by their names.
    var idsByKey: [String: Set<Int>] = [:]

    /// Makes a rewriter.
    init(ids: TokenIDMapping, sourceRows: Set<Int>, targetRows: Int, tokenizerClass: String? = nil) {
        self.ids = ids
        self.sourceRows = sourceRows
        self.targetRows = targetRows
        self.tokenizerClass = tokenizerClass
    }

    /// Makes a rewriter between vocabularies whose tensors have a row a token.
    package init(from source: Vocabulary, to target: Vocabulary) {
        self.init(
            ids: TokenIDMapping(source: source, target: target), sourceRows: [source.rowCount],
            targetRows: target.rowCount)
    }

    /// `config` with its sizes and ids rewritten; order and everything else as before.
    ///
    /// - Parameter isConfiguration: whether the file is one of settings; elsewhere only unmistakable names count.
    package mutating func rewrite(
        _ config: JSONValue, named file: String, isConfiguration: Bool = true
    ) -> JSONBuilder {
        let config = JSONBuilder(config)
        if file == "config.json" { offsets = VocabularyOffsets(in: config, ids, rows: targetRows) }
        idsByKey = [:]
        noteIDs(in: config)
        return rewrite(config, in: Scope(path: file + ": ", isConfiguration: isConfiguration))
    }

    private mutating func rewrite(_ value: JSONBuilder, in scope: Scope) -> JSONBuilder {
        switch value {
        case .object(var members):
            let others = otherVocabularies(members)
            for index in members.indices {
                let key = ConfigKey(String(decoding: members[index].key, as: UTF8.self))
                guard !isID(members[index].value, under: key, of: others), !ConfigNumbers.isQuantization(key.text)
                else { continue }
                members[index].value = rewritten(members[index].value, key, in: scope)
            }
            return .object(members)
        case .array(let elements):
            return .array(
                elements.enumerated().map { index, element in
                    rewrite(element, in: scope.inside("\(index)."))
                })
        case .string(let text):
            noteMissingMarkers(in: text, at: String(scope.path.dropLast()))
            return value
        default: return value
        }
    }

    private mutating func rewritten(_ value: JSONBuilder, _ key: ConfigKey, in scope: Scope) -> JSONBuilder {
        let place = scope.path + key.text
        let new: JSONBuilder
        switch (key.meaning, value) {
        case (.vocabularySize, .number):
            let isOfDraft = ["draft_vocab_size", "truncated_vocab_size"].contains(key.text)
            new = (isOfDraft ? sizeOfDraft(value) : nil) ?? size(value, at: place, in: scope)
        case (.ids, .number) where isLost(value, key), (.perhapsIDs, .number) where isLost(value, key):
            new = losing(value, key, at: place)
        case (.idsByName, .object(let members)): new = renumbered(members, key, at: place)
        case (.namesByID, .object(let members)) where !key.needsEvidence, (.biases, .object(let members)):
            new = rekeyed(members, at: place)
        case (.biases, .array(let pairs)): new = .array(pairs.compactMap { biased($0, at: place) })
        case (.forcedIDs, .array(let pairs)): new = .array(pairs.compactMap { forced($0, at: place) })
        case (.ids, .object(let members)) where members.allSatisfy({ Self.holdsNumbers($0.value) }):
            new = .object(members.map { .init(key: $0.key, mapped($0.value, role: nil, at: place)) })
        case (.ids, .number), (.ids, .array): new = mapped(value, role: key.role, at: place)
        case (.perhapsIDs, .number), (.perhapsIDs, .array):
            new = perhapsMapped(value, key, at: place, in: scope)
        case (.doubtful, .number), (.doubtful, .array):
            noteDoubt(value, at: place)
            return value
        case (_, .object(let members)):
            // A part of the model with a vocabulary of its own, as of sounds or images, has ids of its own.
            guard !hasOwnVocabulary(members, key, at: place, in: scope) else { return part(members, at: place) }
            return rewrite(value, in: scope.inside("\(key.text).", key))
        case (_, .array): return rewrite(value, in: scope.inside("\(key.text).", key))
        case (_, .string(let text)):
            guard key.text == "tokenizer_class", let tokenizerClass else {
                noteMissingMarkers(in: text, at: place)
                return value
            }
            // Classes that take any tokenizer.json fit the new one, too.
            let fits = ["PreTrainedTokenizerFast", "TokenizersBackend"].contains { Array($0.utf8) == text }
            new = fits ? value : .text(tokenizerClass)
        default: return value
        }
        if new != value {
            changes.append(ConfigChange(key: place, old: Self.text(value), new: Self.text(new)))
        }
        return new
    }

    // MARK: Sizes

    /// The numbers that tell the size of the source's vocabulary.
    func isSourceSize(_ size: Int) -> Bool {
        sourceRows.contains(size) || size == ids.source.rowCount || size == ids.source.count
    }

    private mutating func size(_ value: JSONBuilder, at place: String, in scope: Scope) -> JSONBuilder {
        guard let size = Self.integer(value) else { return value }
        // Rows stay rows, and where the source tells the tokens alone, so does the result.
        if sourceRows.contains(size) { return .integer(targetRows) }
        if isSourceSize(size) { return .integer(ids.target.rowCount) }
        if !scope.isOfAnotherModality, size > 1 {
            remarks.append(
                "\(place) is \(size), which is neither the number of the source's tokens (\(ids.source.rowCount)) nor "
                    + "that of its rows: "
                    + "left as it is")
        }
        return value
    }

    /// The number of tokens that a draft head knows; nil where it has one for every token of the model.
    private func sizeOfDraft(_ value: JSONBuilder) -> JSONBuilder? {
        guard let draftSize, Self.integer(value) == draftSize.old else { return nil }
        return .integer(draftSize.new)
    }

    /// The sizes of the vocabularies beside that of text, by the word that tells them: `t2u` of `t2u_vocab_size`.
    private func otherVocabularies(_ members: [JSONBuilder.Member]) -> [String: Int] {
        members.reduce(into: [:]) { sizes, member in
            let key = String(decoding: member.key, as: UTF8.self)
            guard key.hasSuffix("_vocab_size"), let size = Self.integer(member.value), !isSourceSize(size) else {
                return
            }
            sizes[String(key.dropLast("_vocab_size".utf8.count))] = size
        }
    }

    /// Whether `value` is the id of an entry of one of `others`: `t2u_pad_token_id`, but not a number past that
    /// vocabulary.
    private func isID(_ value: JSONBuilder, under key: ConfigKey, of others: [String: Int]) -> Bool {
        let found = Self.integers(in: value)
        return !found.isEmpty
            && others.contains { word, size in key.text.hasPrefix(word + "_") && found.allSatisfy { $0 < size } }
    }

    // MARK: JSON

    static func text(_ value: JSONBuilder) -> String {
        String(decoding: value.written(), as: UTF8.self)
    }

    static func integer(_ value: JSONBuilder) -> Int? {
        guard case .number(let text) = value else { return nil }
        return Int(text)
    }

    private static func holdsNumbers(_ value: JSONBuilder) -> Bool {
        switch value {
        case .number, .null: true
        case .array(let elements): elements.allSatisfy(holdsNumbers)
        default: false
        }
    }
}
