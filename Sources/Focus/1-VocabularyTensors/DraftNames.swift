internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO

/// The tensors of a draft head that has rows for part of its model's vocabulary, by the names under which they are
/// published: `d2t` and `t2d` of EAGLE-3, `token_map` of Medusa.
struct DraftNames: Sendable {
    /// For each row of the head how far the model's id lies past it, `[rows of the head]`: `d2t`.
    let offsets: TensorDescriptor?
    /// For each row of the head the model's id, `[rows of the head]`: `token_map`.
    let tokens: TensorDescriptor?
    /// For each id of the model whether the head has a row for it, `[rows of the model]`: `t2d`.
    let flags: TensorDescriptor?
    /// The head, and what else has a row for each of its tokens; none where it has all of the model's.
    let heads: [TensorDescriptor]
    /// The number of tokens that the head knows.
    let size: Int

    /// All of them.
    var all: [TensorDescriptor] { [offsets, tokens, flags].compactMap(\.self) + heads }

    /// Whether the checkpoint is nothing but the draft: the head is what a checkpoint calls its own.
    var isWholeCheckpoint: Bool { heads.contains { $0.name == "lm_head.weight" } }

    /// The tensors that say which ids the head has rows for, as errors name them.
    var maps: String { [offsets, tokens, flags].compactMap { $0.map { "'\($0.name)'" } }.joined(separator: " and ") }

    /// Finds them among `tensors`, whose config.json is `config`; nil where there are none.
    ///
    /// - Parameter path: what errors name.
    /// - Throws: `FocusError` where there are maps and it is not clear which rows they speak of.
    init?(among tensors: [TensorDescriptor], config: JSONValue?, path: FilePath) throws(FocusError) {
        let stated = config?["draft_vocab_size"]?.integer
        let numbers = tensors.filter { !$0.elementType.convertsToFloat && $0.shape.count == 1 }
        func map(_ name: String) throws(FocusError) -> TensorDescriptor? {
            let found = numbers.filter { VocabularyNames($0.name).parts.last == name }
            guard found.count <= 1 else {
                throw FocusError(
                    "has '\(found[0].name)' and '\(found[1].name)': the maps of two draft heads in one checkpoint are "
                        + "not told apart; put each in a folder of its own, and name it with --with", path: path)
            }
            return found.first
        }
        (offsets, flags, tokens) = (try map("d2t"), try map("t2d"), try map("token_map"))
        guard let list = offsets ?? tokens else {
            let unknown = flags ?? numbers.first { $0.shape[0] == stated }
            guard let unknown else { return nil }
            throw FocusError(
                "holds '\(unknown)', which says which ids of the vocabulary a draft's are, and not 'd2t', which says "
                    + "it row by row: what it means is not known, and would mean other tokens", path: path)
        }
        size = list.shape[0]
        heads = tensors.filter { [size] in
            let name = VocabularyNames($0.name)
            return $0.elementType.convertsToFloat && (1...2).contains($0.shape.count) && $0.shape[0] == size
                && (name.isOutput || name.parts.contains { $0.hasSuffix("lm_head") || $0 == "lm_heads" })
        }
        guard !heads.isEmpty || offsets == nil else {
            throw FocusError(
                "holds '\(list)' and no head of \(size) rows (lm_head.weight), which it speaks of", path: path)
        }
    }
}
