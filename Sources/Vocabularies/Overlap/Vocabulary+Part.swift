extension Vocabulary {
    /// Whether all tokens, and those that play roles, are tokens of `whole`, spelled alike, as in a tokenizer that was
    /// trimmed: then each is the one of its text, whatever others stand for the same.
    func isPart(of whole: Vocabulary) -> Bool {
        guard spelling == whole.spelling, marks == whole.marks else { return false }
        for (role, id) in roles {
            guard let other = whole.roles[role], text(of: id) == whole.text(of: other) else { return false }
        }
        return (0..<rowCount).allSatisfy { id in
            withText(of: id) { whole.id(of: $0) != nil } ?? true
        }
    }
}
