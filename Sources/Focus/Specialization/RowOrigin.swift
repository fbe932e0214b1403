internal import StaticEmbeddings
public import SystemPackage

/// Where the rows of new tokens come from: one of these, and not several.
public enum RowOrigin: Sendable {
    /// Auxiliary vectors that are trained on text of the target language, in plain or JSONL files, packed or not. The
    /// text is also what pieces are weighed by.
    case trained(on: [FilePath], VectorTraining = VectorTraining())
    /// Auxiliary vectors that are trained on text which was counted beforehand, in a file that `focus count` or `focus
    /// merge` wrote of all of it.
    case counted(FilePath, VectorTraining = VectorTraining())
    /// Ready auxiliary vectors: fastText `.bin` or `.vec`, or `.npy` beside a `.txt`. Pieces are weighed by `text`,
    /// where there is some.
    case vectors(FilePath, level: VectorLevel = .tokens, text: [FilePath] = [])
    /// No vectors, for rows of pieces alone, which are weighed by `text`, where there is some.
    case withoutVectors(text: [FilePath] = [])
    /// A plan that was kept, which has all rows already: `method` and what goes with it are not asked for.
    case plan(FilePath)

    /// The files that the text is in, where there is some.
    var text: [FilePath] {
        switch self {
        case .trained(on: let text, _), .vectors(_, level: _, text: let text), .withoutVectors(text: let text): text
        case .counted(let path, _): [path]
        case .plan: []
        }
    }

    /// The file of a text that was counted beforehand.
    var counts: FilePath? {
        if case .counted(let path, _) = self { path } else { nil }
    }

    /// The file of ready vectors.
    var vectors: FilePath? {
        if case .vectors(let path, level: _, text: _) = self { path } else { nil }
    }

    /// The file of a kept plan.
    var plan: FilePath? {
        if case .plan(let path) = self { path } else { nil }
    }

    /// How vectors are trained.
    var training: VectorTraining? {
        switch self {
        case .trained(on: _, let training), .counted(_, let training): training
        case .vectors, .withoutVectors, .plan: nil
        }
    }
}

/// What ready auxiliary vectors are vectors of.
public enum VectorLevel: String, Sendable, Hashable, CaseIterable {
    /// The target's tokens, as its vocabulary spells them.
    case tokens
    /// Words, so that tokens are looked up by their decoded text.
    case words
}
