internal import JSON

/// How far each layer sees.
struct LayerWindows {
    private let windows: [Int?]

    /// Reads the settings of a kind.
    init(
        _ fields: inout ConfigFields, _ kind: DecoderTraits.Windows, layerCount: Int
    ) throws(TransformerError) {
        let kinds = try LayerWindows.layerTypes(&fields, layerCount)
        switch kind {
        case .none:
            if kinds?.contains(true) ?? false {
                throw TransformerError(
                    .unsupported,
                    "config.json has 'layer_types' with sliding attention, which is not known for "
                        + "'\(fields.family)'")
            }
            windows = Array(repeating: nil, count: layerCount)
        case .all(let usual):
            let window = fields.has("sliding_window") ? try fields.positive("sliding_window") : usual
            windows = Array(repeating: window, count: layerCount)
        case .allIfUsed:
            let window = try LayerWindows.usedWindow(&fields)
            fields.ignore("max_window_layers")
            windows = Array(repeating: window, count: layerCount)
        case .late:
            let window = try LayerWindows.usedWindow(&fields)
            let first = try fields.number("max_window_layers") ?? 28
            windows = (0..<layerCount).map { kinds?[$0] ?? (Double($0) >= first) ? window : nil }
            if kinds?.contains(true) ?? false, window == nil {
                throw TransformerError(
                    .unsupported, "config.json has 'layer_types' with sliding attention, and no 'sliding_window' in use"
                )
            }
        case .allButEvery(let usual):
            let window = fields.has("sliding_window") ? try fields.positive("sliding_window") : 4096
            let pattern = try fields.positive("_sliding_window_pattern")
            let every = try fields.positive("sliding_window_pattern") ?? pattern ?? usual
            let isSliding = (0..<layerCount).map { kinds?[$0] ?? !($0 + 1).isMultiple(of: every) }
            guard window != nil || !isSliding.contains(true) else {
                throw TransformerError(
                    .unsupported, "config.json has layers with sliding attention, and no 'sliding_window'")
            }
            windows = isSliding.map { $0 ? window : nil }
        }
    }

    /// How far a layer sees; nil for everything.
    func window(of layer: Int) -> Int? { windows[layer] }

    private static func usedWindow(_ fields: inout ConfigFields) throws(TransformerError) -> Int? {
        let stated = fields.has("sliding_window") ? try fields.positive("sliding_window") : 4096
        return try fields.flag("use_sliding_window") ?? false ? stated : nil
    }

    /// Whether each layer is one of sliding attention, where `layer_types` says so.
    static func layerTypes(
        _ fields: inout ConfigFields, _ layerCount: Int
    ) throws(TransformerError) -> [Bool]? {
        guard let listed = try fields.list("layer_types") else { return nil }
        var kinds: [Bool] = []
        for value in listed {
            switch value.string {
            case "sliding_attention": kinds.append(true)
            case "full_attention": kinds.append(false)
            default:
                throw TransformerError(
                    .unsupported,
                    "config.json has a layer of type '\((value.string ?? "none").prefix(60))', which is not known")
            }
        }
        guard kinds.count >= layerCount else {
            throw TransformerError(
                .unsupported, "config.json has \(kinds.count) 'layer_types' for \(layerCount) layers")
        }
        return kinds
    }
}
