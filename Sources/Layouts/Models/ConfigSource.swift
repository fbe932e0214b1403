internal import JSON
internal import Replacement
internal import SystemPackage

/// config.json, read as the settings of a text model: those of `text_config` where it has one.
struct ConfigSource {
    private let root: JSONValue
    private let path: FilePath

    /// Names that Nomic's own code has for the same settings.
    private static let otherNames = [
        "hidden_size": "n_embd", "num_hidden_layers": "n_layer", "num_attention_heads": "n_head",
        "intermediate_size": "n_inner", "max_position_embeddings": "n_positions",
        "layer_norm_eps": "layer_norm_epsilon",
        "rope_theta": "rotary_emb_base",
    ]

    /// Reads `config`, which lies in `folder`.
    init(_ config: JSONDocument, in folder: FilePath) {
        path = folder.appending("config.json")
        root = config.root["text_config"].flatMap { $0.kind == .object ? $0 : nil } ?? config.root
    }

    /// The value of `key`; nil where it is missing or null.
    subscript(key: String) -> JSONValue? {
        let value = root[key] ?? ConfigSource.otherNames[key].flatMap { root[$0] }
        return value.flatMap { $0.isNull ? nil : $0 }
    }

    /// Whether `key` is there and null, which is not what a missing one means.
    func isNull(_ key: String) -> Bool { root[key]?.isNull == true }

    /// A sentence about the value of `key`.
    func invalid(_ key: String, _ message: String) -> FocusError {
        FocusError("its '\(key)' \(message)", path: path)
    }

    /// A whole number from 0 on.
    ///
    /// - Throws: `FocusError` where it is none.
    func size(_ key: String) throws(FocusError) -> Int? {
        guard let value = self[key] else { return nil }
        guard let size = value.integer, (0...GGUFMetadata.largestSize).contains(size) else {
            throw invalid(key, "is not a whole number that a model can have")
        }
        return size
    }

    /// A whole number from 1 on, or `usual` where there is none.
    ///
    /// - Throws: `FocusError` where it is missing and `usual` is nil, or it is no such number.
    func required(_ key: String, or usual: Int? = nil) throws(FocusError) -> Int {
        guard let size = try size(key) ?? usual, size > 0 else {
            throw invalid(key, "is missing, or 0: llama.cpp needs it")
        }
        return size
    }

    /// A finite number.
    ///
    /// - Throws: `FocusError` where it is none.
    func number(_ key: String) throws(FocusError) -> Double? {
        guard let value = self[key] else { return nil }
        guard let number = value.double, number.isFinite else { throw invalid(key, "is not a number") }
        return number
    }

    /// Settings of rotary positions, by whichever of the names that transformers has had for them.
    ///
    /// - Parameter layers: the kind of layers, where each has its own.
    func rotary(layers: String) -> JSONValue? {
        guard let rotary = self["rope_parameters"] ?? self["rope_scaling"], rotary.kind == .object else { return nil }
        return rotary[layers].flatMap { $0.kind == .object ? $0 : nil } ?? rotary
    }

    /// The base of the angles.
    ///
    /// - Throws: `FocusError` where it is no number above 0.
    func rotaryBase(layers: String, or usual: Double) throws(FocusError) -> Double {
        let named = try number("rope_theta")
        let found = rotary(layers: layers)?["rope_theta"]?.double ?? named ?? usual
        guard found.isFinite, found > 0 else { throw invalid("rope_theta", "is not a number above 0") }
        return found
    }
}
