internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO
internal import Transformer

/// params.json of a model of transformers.
struct MistralParameters {
    /// The settings in the order that Mistral's files have.
    let json: JSONBuilder
    /// The heads of queries, and those of keys and values.
    let heads: (queries: Int, keys: Int)

    /// Reads the config.json of a model in `folder` with a table of `rows` rows.
    ///
    /// - Parameter isTied: whether the table is the output layer, too.
    /// - Throws: `FocusError` where it is of another family, or says what params.json has no words for.
    init(_ document: JSONDocument, in folder: FilePath, rows: Int, isTied: Bool) throws(FocusError) {
        let path = folder.appending("config.json")
        let config = ConfigSource(document, in: folder)
        try MistralParameters.checkFamily(document.root, path)
        let model: ModelDescription
        do throws(TransformerError) {
            model = try ModelDescription(config: document.root)
        } catch {
            throw FocusError("cannot be said in \(MistralSettings.fileName): \(error)", path: path)
        }
        guard let layer = model.layers.first, case .gated(let gate, _, _, .silu) = layer.mlp else {
            throw config.invalid("hidden_act", "is not 'silu', which Mistral's programs compute")
        }
        let attention = layer.attention
        let kind = config.rotary(layers: "full_attention")
        if let type = kind?["rope_type"]?.string ?? kind?["type"]?.string, type != "default" {
            throw config.invalid(
                "rope_scaling", "is of type '\(type)', which \(MistralSettings.fileName) is not written with here")
        }
        guard attention.rotary?.width == attention.headWidth else {
            throw config.invalid("partial_rotary_factor", "is not 1, and Mistral's programs turn all of a head")
        }
        if let stated = try config.size("vocab_size"), stated != rows {
            throw config.invalid("vocab_size", "is \(stated), but the table of tokens has \(rows) rows")
        }
        heads = (attention.heads, attention.keyValueHeads)
        var members: [JSONBuilder.Member] = [
            .init("dim", .integer(model.width)), .init("n_layers", .integer(model.layerCount)),
            .init("head_dim", .integer(attention.headWidth)), .init("hidden_dim", .integer(gate.outputs)),
            .init("n_heads", .integer(heads.queries)), .init("n_kv_heads", .integer(heads.keys)),
            .init("norm_eps", .double(try config.number("rms_norm_eps") ?? 1e-6)),
            .init("vocab_size", .integer(rows)),
            .init("rope_theta", .double(try config.rotaryBase(layers: "full_attention", or: 10_000))),
            .init("max_position_embeddings", .integer(model.maximumPositions)),
        ]
        if let window = attention.window { members.append(.init("sliding_window", .integer(window))) }
        if isTied { members.append(.init("tied_embeddings", .boolean(true))) }
        json = .object(members)
    }

    private static func checkFamily(_ root: JSONValue, _ path: FilePath) throws(FocusError) {
        let type = root["model_type"]?.string ?? "?"
        let inner = root["text_config"]?["model_type"]?.string.map { " (of text: '\($0)')" } ?? ""
        guard type == "mistral", root["text_config"] == nil else {
            throw FocusError(
                "is of a model of the type '\(type)'\(inner), and Mistral's layout is written for 'mistral' alone: "
                    + "experts, pictures and other families have no place in it here", path: path)
        }
    }
}
