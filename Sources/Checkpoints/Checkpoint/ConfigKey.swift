package import Vocabularies

/// What the name of a value in a JSON file of a checkpoint says about it: whether it is the size of a vocabulary, or
/// holds ids of tokens.
///
/// These are rules and no list of known names, because every model brings names of its own (`im_newline_id`,
/// `class_token_index`).
package struct ConfigKey: Sendable {
    /// What a value under the name is.
    package enum Meaning: Sendable, Hashable {
        /// The number of tokens, or of rows, of the vocabulary of text.
        case vocabularySize
        /// Ids of tokens, alone or in lists.
        case ids
        /// Numbers that are ids of tokens as a rule, but not always: `newline_id`, and `layer_id` is none.
        case perhapsIDs
        /// Pairs of a place in the text and the id that is forced there.
        case forcedIDs
        /// Sequences of ids, each with a number: lists of pairs, or an object whose names are the ids.
        case biases
        /// An object from names to ids.
        case idsByName
        /// An object from ids to names.
        case namesByID
        /// Ids of something that is counted in small numbers, and sometimes of tokens: `lang_id`.
        case doubtful
        /// Nothing that follows the vocabulary.
        case other
    }

    /// The name.
    package let text: String
    /// What values under it are.
    package let meaning: Meaning
    /// The words of the name, in small letters.
    private let words: [String]

    package init(_ text: String) {
        self.text = text
        words = ConfigKey.words(of: text)
        meaning = ConfigKey.meaning(of: text, words)
    }

    /// The role of the token whose id stands under the name: `pad_token_id`, `bos_id`, `mask_index`, `padding_idx`.
    package var role: SpecialRole? {
        guard words.count > 1, let last = words.last, ConfigKey.idWords.contains(last) || last == "token" else {
            return nil
        }
        var rest = words.dropLast()
        if rest.last == "token" { rest.removeLast() }
        guard rest.count == 1, let word = rest.first else { return nil }
        return word == "padding" ? .padding : SpecialRole(rawValue: word)
    }

    /// Whether the name speaks of sounds or images, which have settings, and often ids, of their own.
    package var isOfAnotherModality: Bool {
        words.contains { ConfigKey.modalities.contains($0) } || hasOwnIDs
    }

    /// What the model takes in or gives out by the token that the name speaks of; nil where that is text.
    package var ability: String? {
        if words.contains("video") { return "videos" }
        if words.contains(where: ["image", "img", "vision", "visual", "boi", "eoi"].contains) { return "images" }
        return words.contains(where: ["audio", "speech", "sound", "boa", "eoa"].contains) ? "sounds" : nil
    }

    /// Whether the name says that it is about text: `tts_text_start_token_id`.
    package var isOfText: Bool { words.contains("text") && !hasOwnIDs }

    /// Whether numbers under the name may count something else, so that they are ids of tokens only where the tokens
    /// show it.
    package var needsEvidence: Bool { words.contains("2") || words.contains { ConfigKey.doubts.contains($0) } }

    /// Whether the name speaks of one thing: `image_tokens` may be a number of tokens, `image_token` is one.
    package var isSingular: Bool { words.last.map { !$0.hasSuffix("s") } ?? true }

    /// Whether what is counted under the name are the entries of a code book, not tokens.
    private var hasOwnIDs: Bool { words.contains { ConfigKey.ownIDs.contains($0) } }

    // MARK: Rules

    private static let idWords: Set<String> = ["id", "ids", "index", "idx", "indices"]
    /// Tokens that a name of two words and more can speak of: only with one of these is an "index" the id of a token.
    private static let markers: Set<String> = [
        "bos", "eos", "pad", "padding", "unk", "mask", "cls", "sep", "image", "img", "video", "audio", "speech",
        "placeholder", "sot",
        "eot", "boi", "eoi", "boa", "eoa", "eod",
    ]
    private static let modalities: Set<String> = [
        "vision", "visual", "image", "video", "audio", "speech", "sound", "speaker", "vocoder", "vq", "vqgan", "vae",
        "dac", "mimi",
        "encodec", "talker", "depth", "t2u", "backbone", "qformer",
    ]
    /// Words for what has ids of its own, whatever else the name says.
    private static let ownIDs: Set<String> = ["codec", "codebook", "t2u", "codes", "acoustic", "tag", "subs", "xpath"]
    /// Words beside which an id is that of something else.
    private static let notTokens: Set<String> = [
        "layer", "layers", "hook", "block", "channel", "segment", "type", "position", "pos", "label", "class",
        "category", "cluster",
        "expert", "head", "heads", "device", "gpu", "rank", "process", "worker", "node", "group", "model", "repo",
        "commit", "run", "job",
        "session", "request", "sequence", "sample", "instance", "object", "obj", "stage", "step", "stream", "semantic",
        "unit", "entity",
        "adapter", "project", "experiment", "trial", "seed", "dataset", "split", "shard", "file", "hub", "feature",
        "camera", "row", "col",
        "batch", "version", "train", "hidden", "dim", "axis", "attribute", "relation", "aggregation",
    ]
    /// Words beside which an id is mostly that of something else, but may be that of a token.
    private static let doubts: Set<String> = [
        "lang", "language", "langs", "task", "speaker", "prompt", "user", "voice", "style", "domain", "country",
        "sense", "default",
    ]
    /// Words that make a number of tokens of what would be a token.
    private static let counts: Set<String> = [
        "num", "n", "max", "min", "per", "count", "number", "length", "len", "size", "total", "register", "query",
        "latent", "memory",
        "soft", "group", "detection", "global", "use", "has", "add", "new", "prefix", "virtual",
    ]

    private static func meaning(of text: String, _ words: [String]) -> Meaning {
        // OLMo keeps the rows of its table in embedding_size.
        if ConfigNumbers.isVocabularySize(text) || text == "embedding_size" { return .vocabularySize }
        guard let last = words.last, !words.contains(where: ownIDs.contains) else { return .other }
        let before = words.dropLast().last
        if words == ["forced", "decoder", "ids"] { return .forcedIDs }
        if last == "bias", ["sequence", "logit", "token"].contains(before) { return .biases }
        if last == "tokens", words.contains("suppress") { return .ids }
        if idWords.contains(last) {
            if let map = mapping(words) { return map }
            if before == "token" || before == "tokens" { return .ids }
            if before == "words", last == "ids" { return .ids }
            return loneID(words, last)
        }
        if last == "token" || last == "tokens" {
            return words.count > 1 && !words.contains(where: counts.contains) ? .perhapsIDs : .other
        }
        return mapping(words) ?? .other
    }

    /// What `eos_id`, `newline_id` and `layer_id` are.
    private static func loneID(_ words: [String], _ last: String) -> Meaning {
        if words.count == 2, words[0] == "padding" || SpecialRole(rawValue: words[0]) != nil { return .ids }
        guard words.count > 1, !words.contains(where: notTokens.contains) else { return .other }
        if words.contains(where: doubts.contains) { return .doubtful }
        if last == "id" || last == "ids" { return .perhapsIDs }
        return words.dropLast().contains(where: markers.contains) ? .perhapsIDs : .doubtful
    }

    /// What `lang_to_id`, `token2id`, `id_to_token` and `vocabulary_map` are.
    private static func mapping(_ words: [String]) -> Meaning? {
        if words == ["vocabulary", "map"] || words == ["vocab", "map"] { return .idsByName }
        guard words.count > 2, let middle = words.firstIndex(where: { $0 == "to" || $0 == "2" }), middle > 0 else {
            return nil
        }
        guard !words.contains(where: notTokens.contains) else { return .other }
        let (left, right) = (words[..<middle], words[(middle + 1)...])
        if right.contains(where: idWords.contains) { return .idsByName }
        return left.contains(where: idWords.contains) ? .namesByID : nil
    }

    /// Cuts at underscores, hyphens and dots, before capitals, and around the 2 of `token2id`.
    private static func words(of text: String) -> [String] {
        var words: [[UInt8]] = [[]]
        let bytes = Array(text.utf8.prefix(200))
        for (index, byte) in bytes.enumerated() {
            let isCapital = (0x41...0x5A).contains(byte)
            let followsSmall = index > 0 && (0x61...0x7A).contains(bytes[index - 1])
            let isTo =
                byte == 0x32 && followsSmall && index + 1 < bytes.count && (0x61...0x7A).contains(bytes[index + 1])
            if isTo {
                words += [[byte], []]
            } else if [0x5F, 0x2D, 0x2E, 0x20].contains(byte) {
                words.append([])
            } else if isCapital, followsSmall {
                words.append([byte | 0x20])
            } else {
                words[words.count - 1].append(isCapital ? byte | 0x20 : byte)
            }
        }
        // `t2u` is a name, and no mapping from t to u.
        return words.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }.joiningSingleLetters()
    }
}

extension [String] {
    /// The words with `t`, `2`, `u` put together again.
    fileprivate func joiningSingleLetters() -> [String] {
        guard let place = firstIndex(of: "2"), place > 0, place + 1 < count, self[place - 1].utf8.count == 1 else {
            return self
        }
        return Array(self[..<(place - 1)]) + [self[place - 1] + "2" + self[place + 1]] + Array(self[(place + 2)...])
    }
}
