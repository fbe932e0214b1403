internal import Tokenization
internal import Vocabularies

extension Specialization {
    /// What to know where the target is said to extend the source's vocabulary, and does not.
    static func extensionNotes(_ options: SpecializationOptions, _ inputs: SpecializationInputs) -> [String] {
        guard options.extensionTokenizer != nil else { return [] }
        let (source, target) = (inputs.source, inputs.target.vocabulary)
        let moved = source.ids.filter { id in
            (source.withText(of: id) { target.id(of: $0) } ?? nil) != id
        }
        guard let first = moved.first, let text = source.text(of: first) else { return [] }
        let place = target.id(of: text).map { "has the id \($0) there" } ?? "is not in it"
        return [
            "the target tokenizer does not extend the source's: \(moved.count) of \(source.count) source tokens do not "
                + "keep their id "
                + "('\(text)' was \(first) and \(place)), so that their rows move"
        ]
    }
}
