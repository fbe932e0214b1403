internal import JSON

/// What a config.json says of how the weights are quantised.
package struct QuantizationSettings: Sendable {
    /// The objects that say so, those of nested configs included.
    private let objects: [JSONValue]

    /// Reads the settings of a config.json; none where there is none.
    package init(of checkpoint: Checkpoint) {
        objects = checkpoint.config.map { QuantizationSettings.objects(in: $0.root) } ?? []
    }

    private static func objects(in config: JSONValue) -> [JSONValue] {
        config.members.flatMap { key, value -> [JSONValue] in
            guard value.kind == .object else { return [] }
            let isOne = ConfigNumbers.isQuantization(String(decoding: key, as: UTF8.self))
            return isOne && value.count > 0 ? [value] : objects(in: value)
        }
    }

    /// Whether config.json says that weights are quantised.
    package var isStated: Bool { !objects.isEmpty }

    /// The method, as it is called there: `fp8`, `gptq`; nil where nothing is called so.
    package var method: String? {
        objects.lazy.compactMap { ($0["quant_method"] ?? $0["mode"])?.string }.first
    }

    /// Whether scales that are bytes are powers of two.
    var hasScalesOfBytes: Bool {
        objects.contains { $0["scale_fmt"]?.string == "ue8m0" }
    }

    /// The rows and columns of a block that has a scale of its own; nil where that is not said.
    var blockSize: (rows: Int, columns: Int)? {
        for object in objects {
            let structures =
                [object["weight_block_size"]]
                + (object["config_groups"]?.members.map { $1["weights"]?["block_structure"] } ?? [])
            for case let structure? in structures where structure.kind == .array && structure.count == 2 {
                let sizes = structure.elements.compactMap(\.integer)
                if sizes.count == 2, sizes.allSatisfy({ (1...1 << 30).contains($0) }) { return (sizes[0], sizes[1]) }
            }
        }
        return nil
    }

    /// The bits of an element and the elements of a group that MLX's settings tell for `module`; nil where they tell
    /// none, or another kind of numbers than whole ones with scales and biases.
    func groups(of module: String) -> (bits: Int, size: Int)? {
        for object in objects {
            let own = object[module].flatMap { $0.kind == .object ? $0 : nil }
            let mode = (own?["mode"] ?? object["mode"])?.string
            guard mode == nil || mode == "affine", let bits = (own?["bits"] ?? object["bits"])?.integer,
                let size = (own?["group_size"] ?? object["group_size"])?.integer,
                [2, 3, 4, 5, 6, 8].contains(bits), (1...1 << 20).contains(size), (size * bits).isMultiple(of: 8)
            else { continue }
            return (bits, size)
        }
        return nil
    }
}
