internal import JSON

/// Makes post-processors from the `post_processor` section of a tokenizer file.
enum PostProcessorFactory {
    /// The post-processor that `json` describes; one that changes nothing for null.
    ///
    /// - Throws: `TokenizerError` for an unknown type, which is named, or a wrong member.
    static func make(_ json: JSONValue) throws(TokenizerError) -> PostProcessor {
        var processor = PostProcessor()
        if !json.isNull { try apply(json, to: &processor) }
        return processor
    }

    private static func apply(_ json: JSONValue, to processor: inout PostProcessor) throws(TokenizerError) {
        let type = try JSONFields(json, name: "the post-processor").type()
        let fields = try JSONFields(json, name: "post-processor '\(type)'")
        switch type {
        case "ByteLevel":
            // It moves offsets only.
            break
        case "BertProcessing", "RobertaProcessing":
            processor.apply(
                classification: try namedID(fields, "cls"), separator: try namedID(fields, "sep"),
                doublesSeparator: type == "RobertaProcessing")
        case "TemplateProcessing": try processor.apply(template: try template(fields))
        case "Sequence":
            for element in try fields.array("processors") { try apply(element, to: &processor) }
        default:
            throw TokenizerError(.unsupported, "post-processor '\(TokenName(Array(type.utf8)))' is not known")
        }
    }

    /// The id of a pair `["[CLS]", 101]`.
    private static func namedID(_ fields: JSONFields, _ key: String) throws(TokenizerError) -> Int32 {
        let pair = Array(try fields.array(key))
        guard pair.count == 2, pair[0].bytes != nil, let id = pair[1].integer.flatMap(checkedID) else {
            throw TokenizerError(.invalid, "\(fields.name): '\(key)' is not a pair of a token and its id")
        }
        return id
    }

    private static func template(_ fields: JSONFields) throws(TokenizerError) -> [PostProcessor.Part] {
        let tokens = try JSONFields(
            try fields.value("special_tokens"), name: "\(fields.name): 'special_tokens'")
        var parts: [PostProcessor.Part] = []
        for element in try fields.array("single") {
            let piece = try JSONFields(element, name: "\(fields.name): a piece of 'single'")
            if let text = piece["Sequence"] {
                let id = try JSONFields(text, name: piece.name).string("id")
                guard id == "A" else {
                    throw TokenizerError(.invalid, "\(fields.name): 'single' names sequence '\(id)'; only 'A' is there")
                }
                parts.append(.text)
            } else {
                let special = try JSONFields(try piece.value("SpecialToken"), name: piece.name)
                let name = try special.string("id")
                guard let token = tokens[name] else {
                    throw TokenizerError(
                        .invalid, "\(fields.name): 'single' names '\(name)', which 'special_tokens' lacks")
                }
                parts.append(.ids(try ids(try JSONFields(token, name: "\(fields.name): special token '\(name)'"))))
            }
        }
        return parts
    }

    private static func ids(_ token: JSONFields) throws(TokenizerError) -> [Int32] {
        var ids: [Int32] = []
        for element in try token.array("ids") {
            guard let id = element.integer.flatMap(checkedID) else {
                throw TokenizerError(.invalid, "\(token.name): \(element.described) is not a token id")
            }
            ids.append(id)
        }
        return ids
    }

    private static func checkedID(_ number: Int) -> Int32? {
        TokenID.checked(number)
    }
}
