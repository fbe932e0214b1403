/// The tables of all rotary positions of a model, each made once.
struct RotaryTables: Sendable {
    /// For short and for long sequences.
    struct Pair: Sendable {
        let short: RotaryTable
        let long: RotaryTable?
        let longFrom: Int

        /// The table for a sequence of `length` positions.
        func table(length: Int) -> RotaryTable {
            length >= longFrom ? long ?? short : short
        }
    }

    private var pairs: [RotaryDescription: Pair] = [:]

    /// The tables of the layers, for sequences of up to `length` positions.
    init(_ layers: ArraySlice<LayerDescription>, length: Int) {
        for rotary in layers.compactMap(\.attention.rotary) where pairs[rotary] == nil {
            pairs[rotary] = Pair(
                short: RotaryTable(rotary.frequencies, count: length, scale: rotary.scale),
                long: rotary.longFrequencies.flatMap {
                    length >= rotary.longFrom ? RotaryTable($0, count: length, scale: rotary.scale) : nil
                }, longFrom: rotary.longFrom)
        }
    }

    /// The tables of a layer.
    subscript(_ rotary: RotaryDescription?) -> Pair? {
        rotary.flatMap { pairs[$0] }
    }
}
