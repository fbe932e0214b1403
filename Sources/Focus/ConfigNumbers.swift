internal import JSON

/// The numbers of a config.json that tell sizes, nested configs included.
struct ConfigNumbers {
    /// The values of `vocab_size` and its relatives, outermost first, without repeats.
    private(set) var vocabularySizes: [Int] = []
    /// Every other whole number that may be the size of an axis, with its key.
    private(set) var sizes: [(key: String, value: Int)] = []

    init(in config: JSONValue) {
        collect(config)
    }

    private mutating func collect(_ object: JSONValue) {
        for (key, value) in object.members {
            let name = String(decoding: key, as: UTF8.self)
            guard let number = value.integer, number > 0 else { continue }
            if ConfigNumbers.isVocabularySize(name) {
                if !vocabularySizes.contains(number) { vocabularySizes.append(number) }
            } else if !name.contains("token") {
                sizes.append((name, number))
            }
        }
        for (_, value) in object.members where value.kind == .object { collect(value) }
    }

    /// Whether `key` holds a number of vocabulary rows: `vocab_size`, `decoder_vocab_size`, ...
    static func isVocabularySize(_ key: String) -> Bool {
        key == "vocab_size" || key.hasSuffix("_vocab_size") && key != "type_vocab_size"
    }
}
