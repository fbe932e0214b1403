/// What a tensor, or the tensors of all layers, are called in the two layouts, without `.weight` and `.bias`.
///
/// `#` stands for the number of the layer.
struct NameRule: Sendable {
    /// The name in GGUF: `blk.#.attn_q`.
    let gguf: String
    /// The name in Hugging Face's layout: `model.layers.#.self_attn.q_proj`.
    let huggingFace: String
    /// What its rows or numbers go through on the way to Hugging Face's layout; the other way they go back.
    let change: RowChange

    init(_ gguf: String, _ huggingFace: String, _ change: RowChange = .none) {
        self.gguf = gguf
        self.huggingFace = huggingFace
        self.change = change
    }

    /// What becomes of `name` in the other layout; nil where this is not its rule.
    ///
    /// - Parameter toGGUF: whether `name` is Hugging Face's.
    func renamed(_ name: String, toGGUF: Bool) -> String? {
        let (from, to) = toGGUF ? (huggingFace, gguf) : (gguf, huggingFace)
        for ending in ["", ".weight", ".bias"] where name.hasSuffix(ending) {
            let stem = name.dropLast(ending.count)
            if stem == from { return to + ending }
            guard let mark = from.firstIndex(of: "#"), stem.hasPrefix(from[..<mark]) else { continue }
            let (before, after) = (from[..<mark], from[from.index(after: mark)...])
            guard stem.hasSuffix(after), stem.count > before.count + after.count else { continue }
            let number = stem.dropFirst(before.count).dropLast(after.count)
            guard let layer = Int(number), layer >= 0, String(layer) == number else { continue }
            return to.replacing("#", with: number) + ending
        }
        return nil
    }
}

/// What the numbers of a tensor go through between the layouts.
enum RowChange: Sendable, Hashable {
    /// They stay as they are.
    case none
    /// GGUF has 1 added to what a norm multiplies with.
    case lessOne
    /// GGUF has the two numbers of a pair that is rotated side by side; transformers has all first ones of a head, then
    /// all second ones. The queries' heads are counted.
    case queryPairs
    /// The same for keys, whose heads may be fewer.
    case keyPairs
}
