internal import Vocabularies

/// A token as a person names it: its text as the tokenizer writes it, or, where no token reads so, `#` and its id.
struct NamedToken: Sendable, Hashable {
    /// The name, or `#` and an id.
    let name: [UInt8]

    /// Names the token by a text or `#` and its id.
    init(_ name: [UInt8]) {
        self.name = name
    }

    /// Names the token by its id.
    init(id: Int) {
        name = Array("#\(id)".utf8)
    }

    /// The id of the token in `vocabulary`; nil where it has no such token.
    func id(in vocabulary: Vocabulary) -> Int? {
        if let id = vocabulary.id(of: name) { return id }
        guard name.first == UInt8(ascii: "#"), let id = Int(String(decoding: name.dropFirst(), as: UTF8.self)),
            vocabulary.contains(id: id)
        else { return nil }
        return id
    }
}

extension NamedToken: CustomStringConvertible {
    /// The name in quotation marks, with ill-formed bytes repaired.
    var description: String { "'\(TokenText(name))'" }
}
