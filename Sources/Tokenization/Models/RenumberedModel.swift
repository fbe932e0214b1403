internal import Vocabularies

/// A model whose ids stand in a list of their own: each piece has the id that the list gives its text, or that of the
/// unknown token.
struct RenumberedModel: TokenizationModel {
    private let base: any TokenizationModel
    private let table: TokenTable
    /// For each id of `base` the listed one.
    private let ids: [Int32]
    /// For listed ids that of `base`, or -1.
    private let bases: [Int32]
    /// The logarithms of probabilities by listed id, where `base` has any: the least where it lacks the token.
    let scores: [Double]?

    /// Makes a model of `base`, whose tokens are `pieces` in the order of their ids.
    ///
    /// - Parameters:
    ///   - listed: the ids by text, none of them past `rowCount`.
    ///   - unknownID: the listed id of the unknown token.
    init(_ base: any TokenizationModel, pieces: [[UInt8]], listed: TokenTable, rowCount: Int, unknownID: Int32) {
        self.base = base
        table = listed
        ids = pieces.map { listed.id(of: $0) ?? unknownID }
        var bases = [Int32](repeating: -1, count: rowCount)
        for (index, text) in pieces.enumerated() {
            if let id = listed.id(of: text), bases.indices.contains(Int(id)) { bases[Int(id)] = Int32(index) }
        }
        self.bases = bases
        scores = (base as? UnigramModel).map { model in
            let least = model.scores.min() ?? 0
            return bases.map { $0 < 0 ? least : model.scores[Int($0)] }
        }
    }

    func tokenize(
        _ word: Span<UInt8>, into ids: inout [Int32], scratch: inout ModelScratch
    ) throws(TokenizerError) {
        let excluded = scratch.excluded
        scratch.excluded = excluded >= 0 && Int(excluded) < bases.count ? bases[Int(excluded)] : -1
        defer { scratch.excluded = excluded }
        let start = ids.count
        try base.tokenize(word, into: &ids, scratch: &scratch)
        for index in start..<ids.count { ids[index] = self.ids[Int(ids[index])] }
    }

    func id(of token: [UInt8]) -> Int32? {
        table.id(of: token)
    }

    func surfaces(of word: Span<UInt8>, scratch: inout ModelScratch) throws(TokenizerError) -> [[UInt8]]? {
        try base.surfaces(of: word, scratch: &scratch)
    }
}
