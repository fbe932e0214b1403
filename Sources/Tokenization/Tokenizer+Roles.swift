public import Vocabularies

extension Tokenizer {
    /// The same tokenizer, whose vocabulary gives these tokens these roles because the user says so; it cuts text as
    /// before.
    ///
    /// - Parameter roles: ids that have tokens.
    public func assigning(_ roles: [SpecialRole: Int]) -> Tokenizer {
        guard !roles.isEmpty else { return self }
        return Tokenizer(vocabulary: vocabulary.assigning(roles), pipeline: pipeline, remarks: remarks)
    }
}
