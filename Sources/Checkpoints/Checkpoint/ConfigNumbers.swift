package import JSON

/// The numbers of a config.json that tell sizes, nested configs included.
package struct ConfigNumbers {
    /// The number of rows of a vocabulary, and the key that tells it.
    package struct Size: Sendable, Hashable {
        package let key: String
        package let value: Int
    }

    /// The values of `vocab_size` and its relatives: `vocab_size` itself first, outermost first, without repeats.
    package private(set) var vocabularySizes: [Int] = []
    /// The same with their keys.
    package private(set) var vocabularies: [Size] = []
    /// Every other whole number that may be the size of an axis, with its key.
    private(set) var sizes: [Size] = []

    package init(in config: JSONValue) {
        collect(config)
        let plain = vocabularies.filter { $0.key == "vocab_size" }
        vocabularies = plain + vocabularies.filter { $0.key != "vocab_size" }
        for size in vocabularies where !vocabularySizes.contains(size.value) { vocabularySizes.append(size.value) }
    }

    private mutating func collect(_ object: JSONValue) {
        for (key, value) in object.members {
            let name = String(decoding: key, as: UTF8.self)
            guard let number = value.integer, number > 0 else { continue }
            if ConfigNumbers.isVocabularySize(name) {
                vocabularies.append(Size(key: name, value: number))
            } else if !ConfigNumbers.holdsIDs(name), !ConfigNumbers.notSizes.contains(where: name.contains) {
                sizes.append(Size(key: name, value: number))
            }
        }
        for (key, value) in object.members where value.kind == .object {
            // Widths of groups and numbers of bits are sizes of no axis.
            if !ConfigNumbers.isQuantization(String(decoding: key, as: UTF8.self)) { collect(value) }
        }
    }

    /// Words for numbers that no axis is as long as.
    private static let notSizes = ["theta", "window", "max_length", "min_length", "seed", "max_new_tokens"]

    /// Words for what has a vocabulary of its own that is not one of text.
    private static let others = [
        "type_", "task_", "entity_", "audio_", "vision_", "image_", "codebook_", "mel_", "char_", "unit_", "speaker",
        "ngram", "shape_", "pronunciation_", "composer_", "modality_",
    ]

    /// Whether `key` holds a number of rows of the vocabulary of text: `vocab_size`, `decoder_vocab_size`,
    /// `vocab_size_per_layer_input`, ...
    package static func isVocabularySize(_ key: String) -> Bool {
        let isOne =
            key.hasSuffix("vocab_size") || key.hasPrefix("vocab_size")
            || ["n_vocab", "n_words", "vocabulary_size"].contains(key)
        return isOne && !others.contains { key.contains($0) }
    }

    /// Whether `key` holds the settings of how weights are quantised.
    package static func isQuantization(_ key: String) -> Bool {
        ["quantization_config", "quantization", "compression_config"].contains(key)
    }

    /// Whether `key` holds token ids, so that its numbers are no sizes.
    package static func holdsIDs(_ key: String) -> Bool {
        [.ids, .perhapsIDs, .forcedIDs].contains(ConfigKey(key).meaning)
    }

    /// A setting beside the vocabulary's that has the value `size`, so that shapes alone do not tell; nil where there
    /// is none.
    package func setting(of size: Int) -> String? {
        sizes.first { $0.value == size }?.key
    }

    /// Whether `size` is a small multiple of a setting or the product of two, as the widths of fused layers are.
    package func explains(_ size: Int) -> Bool {
        let values = Set(sizes.map(\.value))
        return values.contains { value in
            size % value == 0 && value > 1 && ((1...4).contains(size / value) || values.contains(size / value))
        }
    }
}
