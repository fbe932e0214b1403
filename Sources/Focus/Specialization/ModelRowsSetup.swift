internal import Checkpoints
internal import Corpus
internal import FocusEngine
internal import Replacement
internal import SystemPackage
internal import Tokenization
internal import Vocabularies

/// What it takes to make rows with the model itself, opened and checked before anything is computed.
struct ModelRowsSetup: Sendable {
    let head: LanguageHead
    let source: SourceModel
    let pieces: TokenPieces
    /// How the rows of a causal model's output layer are made; nil where the model predicts no next token.
    let rowHead: RowHead?

    /// Nil where the model is not run for rows.
    ///
    /// - Throws: `FocusError` where it cannot be, and what works without.
    init?(
        _ options: SpecializationOptions, _ checkpoint: Checkpoint, _ inputs: SpecializationInputs
    ) throws {
        guard inputs.keptPlan == nil, let head = inputs.languageHead else { return nil }
        let path = checkpoint.singleFile ?? checkpoint.folder
        guard head.isCausal || options.head != .share else {
            throw FocusError(
                "is no model that predicts the next token (architectures in config.json), so tokens have no shares of "
                    + "their first pieces there: leave out --head share", path: path, code: .option)
        }
        // No row is made where all are copied.
        guard !inputs.copiesAll else { return nil }
        let usesStates = options.chosenMethod.usesStates
        let rowHead = head.isCausal ? options.head ?? (usesStates ? .share : .same) : nil
        guard usesStates || rowHead == .share else { return nil }
        let cure = ModelRowsSetup.cure(options, isCausal: head.isCausal)
        guard let pieces = inputs.pieces else {
            throw FocusError(
                "its tokenizer cannot cut text, so the model has nothing to read: \(cure)", path: path, code: .option)
        }
        if rowHead == .share { try ModelRowsSetup.checkText(options, cure: cure) }
        do {
            source = try SourceModel(
                of: checkpoint, tables: inputs.tensors, rows: inputs.rows, workers: options.workers)
        } catch let error as FocusError {
            throw FocusError("the model cannot be run: \(error.message); \(cure)", path: path, cause: error)
        }
        guard rowHead != .share || source.head != nil, source.isTied == head.isTied || rowHead != .share else {
            throw FocusError(
                "its output layer is not there, or config.json ties it to the table and it is stored otherwise (focus "
                    + "verify tells): leave out --head share and methods with states", path: path)
        }
        self.head = head
        self.pieces = pieces
        self.rowHead = rowHead
    }

    /// The source token that begins a text; nil where its tokenizer puts nothing before one.
    var start: Int? {
        let around = pieces.tokenizer.rolesPutAroundText
        return around[.beginning] ?? around[.classification]
    }

    /// About the bytes of rows that are kept in temporary files: those of states, and those of the tensors they end in.
    func byteCount(of rows: Int, usesStates: Bool) -> Int {
        let tables = (usesStates ? 2 : 0) + (rowHead == .share ? 1 : 0)
        return tables * rows * source.table.width * MemoryLayout<Float>.size
    }

    /// What works without the model.
    static func cure(_ options: SpecializationOptions, isCausal: Bool = true) -> String {
        guard options.chosenMethod.usesStates else { return "take --head same, which runs no model" }
        guard isCausal else {
            return "take --method \(options.chosenMethod.usesVectors ? "focus+pieces" : "pieces"), which runs no model"
        }
        return
            "take --method \(options.chosenMethod.usesVectors ? "focus+uniform-pieces" : "pieces") with --head same, "
            + "which run no model"
    }

    private static func checkText(_ options: SpecializationOptions, cure: String) throws {
        guard !options.rows.text.isEmpty else {
            throw FocusError(
                "shares of tokens are counted in a text, and there is none: name one with --corpus, or \(cure)",
                code: .option)
        }
        guard try options.openText().isRereadable else {
            throw FocusError(
                "the text is read twice, to count tokens and for the model, so that it must be in regular files: "
                    + cure, code: .option)
        }
    }
}
