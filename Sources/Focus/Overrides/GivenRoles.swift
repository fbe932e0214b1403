internal import Replacement
internal import SystemPackage
internal import Tokenization
internal import Vocabularies

/// Tokens that play roles because the user says so.
enum GivenRoles {
    /// The ids of the tokens that `roles` name in `vocabulary`.
    ///
    /// - Parameter option: how the user said so, for messages: `--role`.
    /// - Throws: `FocusError` with role and token where there is no such token.
    static func ids(
        _ roles: [SpecialRole: String], in vocabulary: Vocabulary, option: String, at path: FilePath
    ) throws(FocusError) -> [SpecialRole: Int] {
        var ids: [SpecialRole: Int] = [:]
        for role in SpecialRole.allCases {
            guard let name = roles[role] else { continue }
            guard let id = NamedToken(Array(name.utf8)).id(in: vocabulary) else {
                throw FocusError(
                    "has no token '\(name)' that could play the role \(role.rawValue) (\(option) "
                        + "\(role.rawValue)=\(name)): name a token as the tokenizer writes it, or by '#' and its id",
                    path: path, code: .option)
            }
            ids[role] = id
        }
        return ids
    }
}
