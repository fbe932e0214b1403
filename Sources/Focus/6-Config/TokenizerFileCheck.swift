internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO
internal import Vocabularies

/// Whether the ids in the post-processor and the padding of a tokenizer.json are those that its vocabulary gives the
/// same tokens.
///
/// The ids stand in the file twice, and tools that change a vocabulary forget the second place.
enum TokenizerFileCheck {
    /// One sentence for each token whose id is not the vocabulary's.
    ///
    /// - Throws: `FocusError` where an id of the post-processor is past the last of the `rows` that are written.
    static func complaints(of tokenizer: FilePath, vocabulary: Vocabulary, rows: Int) throws -> [String] {
        var path = tokenizer
        if MappedFile.isFolder(path) { path = path.appending("tokenizer.json") }
        guard path.extension == "json", path.lastComponent?.string != "vocab.json", FolderContents.isFile(path) else {
            return []
        }
        let root = try JSONFile.read(path, limits: JSONLimits()).root
        let padding = root["padding"].flatMap { paddingComplaint($0, vocabulary: vocabulary) }
        guard let processor = root["post_processor"] else { return padding.map { [$0] } ?? [] }
        return try complaints(of: processor, vocabulary: vocabulary, rows: rows, path: path)
            + (padding.map { [$0] } ?? [])
    }

    private static func complaints(
        of processor: JSONValue, vocabulary: Vocabulary, rows: Int, path: FilePath
    ) throws -> [String] {
        try pairs(in: processor).compactMap { token, id in
            let text = TokenText(token)
            guard id < rows else {
                throw FocusError(
                    "the post-processor adds '\(text)' with the id \(id), past the last of the \(rows) rows that this "
                        + "vocabulary needs: "
                        + "correct the id in its post_processor", path: path)
            }
            guard let known = vocabulary.id(of: text) else {
                return
                    "the target tokenizer's post-processor adds '\(text)' (id \(id)), which its vocabulary does not "
                    + "have"
            }
            guard known != id else { return nil }
            return
                "the target tokenizer's post-processor gives '\(text)' the id \(id), and its vocabulary the id \(known)"
        }
    }

    /// What is wrong with the section `padding`, which programs without transformers use as it stands.
    private static func paddingComplaint(_ padding: JSONValue, vocabulary: Vocabulary) -> String? {
        guard let token = padding["pad_token"]?.bytes, let id = padding["pad_id"]?.integer else { return nil }
        let text = TokenText(token)
        guard let known = vocabulary.id(of: text) else {
            return "the target tokenizer's padding is with '\(text)' (id \(id)), which its vocabulary does not have: "
                + "correct it in tokenizer.json"
        }
        guard known != id else { return nil }
        return "the target tokenizer's padding gives '\(text)' the id \(id), and its vocabulary the id \(known): "
            + "programs that take tokenizer.json as it is pad with another token; correct its pad_id"
    }

    private static func pairs(in processor: JSONValue) -> [(token: [UInt8], id: Int)] {
        var found: [(token: [UInt8], id: Int)] = []
        for key in ["cls", "sep"] {
            guard let pair = processor[key].map({ Array($0.elements) }), pair.count == 2, let token = pair[0].bytes,
                let id = pair[1].integer
            else { continue }
            found.append((token, id))
        }
        for (_, token) in processor["special_tokens"]?.members.map({ ($0.key, $0.value) }) ?? [] {
            let ids = token["ids"].map { Array($0.elements) } ?? []
            let tokens = token["tokens"].map { Array($0.elements) } ?? []
            for (text, id) in zip(tokens, ids) {
                if let text = text.bytes, let id = id.integer { found.append((text, id)) }
            }
        }
        for part in processor["processors"].map({ Array($0.elements) }) ?? [] { found += pairs(in: part) }
        return found
    }
}
