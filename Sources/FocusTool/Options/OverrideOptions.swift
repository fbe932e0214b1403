internal import ArgumentParser
internal import Focus
internal import SystemPackage
internal import Vocabularies

/// Options on what the user knows of single tokens.
struct OverrideOptions: ParsableArguments {
    @Option(
        name: .customLong("rows"),
        help: ArgumentHelp(
            "What the rows of some target tokens are, as JSON or TSV: a source token, several whose mean it is, or a "
                + "text whose pieces are meant, as in {\"▁der\": \"▁the\", \"▁dort\": {\"text\": \"over there\"}}. "
                + "(default: none)",
            valueName: "file"))
    var givenRows: FilePath?

    @Option(
        help: ArgumentHelp(
            "The target token that plays a role (bos, cls, eos, sep, pad, unk, mask), where its files do not say; may "
                + "be repeated. (default: as they say)",
            valueName: "role=token"))
    var role: [String] = []

    @Option(
        help: ArgumentHelp(
            "The same of the source's tokenizer; may be repeated. (default: as its files say)",
            valueName: "role=token"))
    var sourceRole: [String] = []

    func validate() throws {
        _ = try OverrideOptions.roles(role, "--role")
        _ = try OverrideOptions.roles(sourceRole, "--source-role")
    }

    /// Throws where they do not go with a kept plan, or with the reference's ways.
    func check(plan: FilePath?, likeReference: Bool) throws {
        guard plan == nil || givenRows == nil else {
            throw ValidationError("--plan brings the rows along, and --rows says what they are: give one of them.")
        }
        guard !likeReference || role.isEmpty && sourceRole.isEmpty else {
            throw ValidationError("--match-like-reference matches no roles: leave out --role and --source-role.")
        }
    }

    func apply(to options: inout SpecializationOptions) throws {
        options.givenRows = givenRows
        options.roles = try OverrideOptions.roles(role, "--role")
        options.sourceRoles = try OverrideOptions.roles(sourceRole, "--source-role")
    }

    private static func roles(_ texts: [String], _ option: String) throws -> [SpecialRole: String] {
        var roles: [SpecialRole: String] = [:]
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[1].isEmpty, let role = SpecialRole(rawValue: String(parts[0])) else {
                let names = SpecialRole.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("\(option) takes ROLE=TOKEN with one of the roles \(names), not '\(text)'.")
            }
            guard roles.updateValue(String(parts[1]), forKey: role) == nil else {
                throw ValidationError("\(option) gives the role \(role.rawValue) twice.")
            }
        }
        return roles
    }
}
