/// Sizes from a config.json that are not believed.
enum Limits {
    /// The most layers.
    static let layers = 4096

    /// The number of layers, where it is one.
    static func layerCount(_ count: Int) throws(TransformerError) -> Int {
        guard count <= layers else {
            throw TransformerError(
                .unsupported, "config.json has \(count) layers, more than the \(layers) that are run")
        }
        return count
    }

    /// Refuses heads that cannot be.
    static func checkHeads(_ heads: Int, _ keyValueHeads: Int, _ headWidth: Int) throws(TransformerError) {
        guard headWidth > 0, headWidth <= 1 << 16, heads <= 1 << 16 else {
            throw TransformerError(
                .unsupported, "config.json has \(heads) heads of \(headWidth) elements, which are not run")
        }
        guard keyValueHeads <= heads, heads.isMultiple(of: keyValueHeads) else {
            throw TransformerError(
                .unsupported,
                "config.json has \(heads) heads of queries for \(keyValueHeads) of keys, which is no whole number each")
        }
    }
}
