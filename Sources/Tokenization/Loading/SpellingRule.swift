internal import JSON
internal import Vocabularies

/// Finds out how a tokenizer spells text from what its components are.
enum SpellingRule {
    /// The spelling of a tokenizer file: its decoder says it, else its pre-tokenizer, its normalizer, its model.
    static func spelling(
        decoder: JSONValue?, preTokenizer: JSONValue?, normalizer: JSONValue?, isWordPiece: Bool
    ) -> TokenSpelling {
        for section in [decoder, preTokenizer, normalizer] {
            if let section, let spelling = spelling(of: section, depth: 0) { return spelling }
        }
        return isWordPiece ? .wordPiece : .plain
    }

    private static func spelling(of component: JSONValue, depth: Int) -> TokenSpelling? {
        guard let type = component["type"]?.string, depth < 16 else { return nil }
        switch type {
        case "ByteLevel": return .byteLevel
        case "WordPiece": return .wordPiece
        case "Metaspace": return .sentencePiece
        case "Replace", "Prepend":
            // The mark of word starts goes in (normalizer) or comes out (decoder).
            let mark = Array("\u{2581}".utf8)
            let texts = [component["content"], component["pattern"]?["String"], component["prepend"]]
            return texts.contains { $0?.bytes == mark } ? .sentencePiece : nil
        default:
            for key in ["decoders", "pretokenizers", "normalizers"] {
                guard let list = component[key] else { continue }
                for element in list.elements {
                    if let spelling = spelling(of: element, depth: depth + 1) { return spelling }
                }
            }
            return nil
        }
    }
}
