internal import JSON
internal import Replacement
internal import SystemPackage

/// What `adapter_config.json` says that depends on the vocabulary.
struct AdapterConfiguration: Sendable {
    /// Which tokens have rows of their own (`trainable_tokens_delta`), by id.
    enum TokenIndices: Sendable, Hashable {
        /// None.
        case none
        /// The same in every tensor.
        case list([Int])
        /// By the name of the module, or the end of it.
        case modules([Module])

        /// The tokens of one module.
        struct Module: Sendable, Hashable {
            /// The module's name, or the end of it.
            let name: String
            /// The ids.
            var ids: [Int]
        }
    }

    /// The file.
    let path: FilePath
    /// What kind of adapter it is, as PEFT calls it: `LORA`.
    let type: String
    /// The model that it was made for, as PEFT recorded it; nil where it did not.
    let baseModel: String?
    /// Which tokens have rows of their own.
    let tokens: TokenIndices
    private let document: JSONDocument

    /// Reads the file at `path`.
    ///
    /// - Throws: `FormatError` where it cannot be read; `FocusError` where it is not what PEFT writes.
    init(_ path: FilePath) throws {
        self.path = path
        document = try JSONFile.read(path)
        guard let type = document.root["peft_type"]?.string else {
            throw FocusError("does not say what kind of adapter it is (peft_type)", path: path)
        }
        self.type = type
        baseModel = document.root["base_model_name_or_path"]?.string
        tokens = try AdapterConfiguration.indices(document.root[AdapterConfiguration.key(of: type)], path)
    }

    /// Throws where the file names the ids of a text, which another tokenizer may cut otherwise.
    ///
    /// - Throws: `FocusError` with what to do.
    func refuseInvocation() throws(FocusError) {
        guard let invocation = document.root["alora_invocation_tokens"], !invocation.isNull else { return }
        throw FocusError(
            "names the ids of a text after which the adapter works (alora_invocation_tokens), which the new tokenizer "
                + "may cut otherwise: set it to null, carry the adapter, and then name the ids that focus tokenize "
                + "gives", path: path)
    }

    /// The name under which the ids of tokens with rows of their own are kept here.
    var tokensKey: String { AdapterConfiguration.key(of: type) }

    /// The name under which the ids of tokens with rows of their own are kept.
    private static func key(of type: String) -> String {
        type == "TRAINABLE_TOKENS" ? "token_indices" : "trainable_token_indices"
    }

    private static func indices(_ value: JSONValue?, _ path: FilePath) throws(FocusError) -> TokenIndices {
        guard let value, !value.isNull else { return .none }
        if value.kind == .array { return .list(try list(value, path)) }
        guard value.kind == .object else { throw FocusError("has ids of tokens that are no list", path: path) }
        var modules: [TokenIndices.Module] = []
        for member in value.members {
            modules.append(
                TokenIndices.Module(
                    name: String(decoding: member.key, as: UTF8.self), ids: try list(member.value, path)))
        }
        return .modules(modules)
    }

    private static func list(_ value: JSONValue, _ path: FilePath) throws(FocusError) -> [Int] {
        guard value.kind == .array else { throw FocusError("has ids of tokens that are no list", path: path) }
        var ids: [Int] = []
        for element in value.elements {
            guard let id = element.integer, id >= 0 else {
                throw FocusError("has an id of a token that is no whole number from 0 on", path: path)
            }
            ids.append(id)
        }
        guard Set(ids).count == ids.count else { throw FocusError("names the id of a token twice", path: path) }
        return ids
    }

    /// The ids of the tokens with rows of their own in `module`; nil where the file names none for it.
    func tokens(of module: String) -> [Int]? {
        switch tokens {
        case .none: nil
        case .list(let ids): ids
        case .modules(let modules):
            modules.first { $0.name == module || module.hasSuffix(".\($0.name)") }?.ids
        }
    }

    /// The file with other ids; all else is as it is.
    func replacing(_ tokens: TokenIndices) -> JSONBuilder {
        var contents = JSONBuilder(document.root)
        func list(_ ids: [Int]) -> JSONBuilder { .array(ids.map { .integer($0) }) }
        contents[AdapterConfiguration.key(of: type)] =
            switch tokens {
            case .none: .null
            case .list(let ids): list(ids)
            case .modules(let modules): .object(modules.map { .init($0.name, list($0.ids)) })
            }
        return contents
    }
}
