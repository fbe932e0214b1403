internal import Checkpoints
internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO
internal import Tokenization
internal import Vocabularies

/// The tokens that a tokenizer's folder names by their ids or texts, whatever the text uses.
struct NamedTokens {
    /// Their ids.
    private(set) var ids: Set<Int> = []
    /// The texts of chat templates, whole and between quotes and marks of statements.
    private(set) var templates: [[UInt8]] = []

    private let vocabulary: Vocabulary

    /// Reads the files of `folder`, config.json and generation_config.json among them where they are there.
    ///
    /// - Throws: `FocusError` or `FormatError` where one cannot be read.
    init(in folder: TokenizerFolder) throws {
        vocabulary = folder.tokenizer.vocabulary
        ids = Set(vocabulary.roles.values)
        let frame = folder.tokenizer.frame
        ids.formUnion((frame.before + frame.after).map(Int.init))
        for key in ["post_processor", "padding"] {
            if let part = folder.root[key] { gather(part, depth: 0) }
        }
        if let model = folder.root["model"] {
            if let id = model["unk_id"]?.integer { ids.insert(id) }
            if let id = (model["unk_token"]?.bytes).flatMap({ vocabulary.id(of: $0) }) { ids.insert(id) }
        }
        for file in folder.files {
            if file.name.hasSuffix(".jinja") {
                addTemplate(try MappedFile(file.source).withBytes { $0.copied })
            } else if file.name == "tokenizer_config.json" || file.name == "chat_template.json" {
                let root = try JSONFile.read(file.source).root
                if file.name == "tokenizer_config.json" { gather(root, depth: 0) }
                guard let template = root["chat_template"] else { continue }
                for text in [template.bytes].compactMap(\.self)
                    + template.elements.compactMap({ $0["template"]?.bytes })
                {
                    addTemplate(text)
                }
            }
        }
        guard MappedFile.isFolder(folder.path) else { return }
        for name in ["config.json", "generation_config.json"] {
            let path = folder.path.appending(name)
            if FolderContents.isFile(path) { gather(try JSONFile.read(path).root, depth: 0) }
        }
        ids = ids.filter { vocabulary.contains(id: $0) }
    }

    /// Takes whatever a name says to be ids of tokens, and those of a post-processor.
    private mutating func gather(_ value: JSONValue, depth: Int) {
        guard depth < 32 else { return }
        for (key, member) in value.members {
            let name = String(decoding: key, as: UTF8.self)
            let meaning = ConfigKey(name).meaning
            if name == "ids" || name == "sep" || name == "cls" || meaning == .ids || meaning == .perhapsIDs
                || meaning == .forcedIDs
            {
                take(member, depth: depth)
            }
            gather(member, depth: depth + 1)
        }
        for element in value.elements { gather(element, depth: depth + 1) }
    }

    private mutating func take(_ value: JSONValue, depth: Int) {
        if let id = value.integer { ids.insert(id) }
        guard depth < 32 else { return }
        for element in value.elements { take(element, depth: depth + 1) }
    }

    private mutating func addTemplate(_ template: [UInt8]) {
        let text = String(decoding: template, as: UTF8.self).replacing("\\n", with: "\n")
        templates.append(Array(text.utf8))
        let marks = Set("'\"{}%".utf8)
        templates += text.utf8.split { marks.contains($0) }.map(Array.init)
    }
}
