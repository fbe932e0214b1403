import JSON

@testable import Tokenization
import Vocabularies

/// A text and what the reference made of it.
struct GoldenCase {
    let text: [UInt8]
    let ids: [Int32]?
    let idsSpecial: [Int32]?
    let tokens: [TokenText]?
    let decoded: [UInt8]?
    let decodedPlain: [UInt8]?

    init(_ json: JSONValue) {
        func ids(_ key: String) -> [Int32]? {
            json[key].map { $0.elements.compactMap { $0.integer.map(Int32.init) } }
        }
        text = json["text"]?.bytes ?? []
        self.ids = ids("ids")
        idsSpecial = ids("ids_special")
        tokens = json["tokens"].map { $0.elements.compactMap(\.bytes).map(TokenText.init) }
        decoded = json["decoded"]?.bytes
        decodedPlain = json["decoded_plain"]?.bytes
    }

    /// What `tokenizer` does otherwise than the reference; nil where all is equal.
    func difference(_ tokenizer: Tokenizer) throws -> String? {
        let shown = TokenText(text).description.debugDescription
        guard let ids else { return nil }
        let found = try tokenizer.encode(text)
        if found != ids { return "\(shown): ids \(found), expected \(ids)" }
        if let idsSpecial {
            let found = try tokenizer.encode(text, addSpecialTokens: true)
            if found != idsSpecial { return "\(shown): with special tokens \(found), expected \(idsSpecial)" }
        }
        if let tokens {
            let found = try tokenizer.tokens(of: text)
            if found != tokens { return "\(shown): tokens \(found), expected \(tokens)" }
        }
        if let decoded, tokenizer.decode(ids) != decoded {
            return "\(shown): decoded '\(TokenText(tokenizer.decode(ids)))', expected '\(TokenText(decoded))'"
        }
        if let decodedPlain, tokenizer.decode(ids, skippingSpecialTokens: true) != decodedPlain {
            return "\(shown): decoded without special tokens otherwise than '\(TokenText(decodedPlain))'"
        }
        return nil
    }
}
