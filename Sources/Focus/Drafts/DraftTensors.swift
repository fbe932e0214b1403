internal import FocusEngine
internal import Parallel
internal import TensorIO
internal import Vocabularies

/// The tensors of a draft head with a vocabulary of its own, as they will be: the head keeps its size, as far as there
/// are tokens, and gets the rows of the tokens that are chosen for it.
struct DraftTensors: Sendable {
    /// What the head has rows for.
    let map: DraftMap
    /// The rows of the model's tables as they are written.
    let rowCount: Int
    /// The rows of the head as they are written.
    let size: Int
    private let ids: TokenIDMapping

    /// Makes the tensors of `map` for the target of `ids`, whose tables get `rowCount` rows.
    init(_ map: DraftMap, _ ids: TokenIDMapping, rowCount: Int) {
        self.map = map
        self.ids = ids
        self.rowCount = rowCount
        size = min(map.ids.count, DraftVocabulary.candidates(ids.target, rows: rowCount).count)
    }

    /// What the user should know.
    var notes: [String] {
        size == map.ids.count
            ? []
            : ["the draft head knows \(map.ids.count) tokens, and the target has \(size): it gets rows for all of them"]
    }

    /// Whether `tensor` is one of the draft's.
    func holds(_ tensor: TensorName) -> Bool { map.names.all.contains { $0.name == tensor } }

    /// `tensor` as it is written; nil where it is none of the draft's.
    func written(_ tensor: TensorDescriptor) throws(FormatError) -> TensorDescriptor? {
        guard holds(tensor.name) else { return nil }
        let rows = tensor.name == map.names.flags?.name ? rowCount : size
        return try TensorDescriptor(
            name: tensor.name, elementType: tensor.elementType, shape: [rows] + tensor.shape.dropFirst())
    }

    /// The tokens of the head where the model's rows are `new`.
    func vocabulary(by new: NewRows) -> DraftVocabulary {
        DraftVocabulary(size, from: map.ids, ids, by: new.plan, counts: new.targetCounts, rows: rowCount)
    }

    /// The plan of the head's rows: what the model's is made of, as far as the head has rows for it.
    func plan(of vocabulary: DraftVocabulary, by new: NewRows) -> RowPlan {
        var places: [Int: Int] = [:]
        for (row, id) in map.ids.enumerated() where places[id] == nil { places[id] = row }
        return new.plan.selecting(vocabulary.ids) { places[$0] }
    }

    /// Sends the new contents of `original`, a map of the draft's, to `sink`; false where it is the head.
    func sendMap(
        _ original: TensorDescriptor, _ vocabulary: DraftVocabulary, to sink: TensorContents.Sink
    ) throws(FormatError) -> Bool {
        let numbers: [Int]
        switch original.name {
        case map.names.offsets?.name: numbers = vocabulary.ids.enumerated().map { $1 - $0 }
        case map.names.tokens?.name: numbers = vocabulary.ids
        case map.names.flags?.name:
            var flags = [Int](repeating: 0, count: rowCount)
            for id in vocabulary.ids { flags[id] = 1 }
            numbers = flags
        default: return false
        }
        let bytes = DraftMap.bytes(of: numbers, original.elementType)
        try unsafe sink(bytes.span.bytes)
        return true
    }
}
