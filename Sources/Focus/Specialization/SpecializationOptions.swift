public import FocusEngine
public import Parallel
public import Replacement
public import SystemPackage
public import TensorIO
public import Vocabularies

/// What to specialise, for which tokenizer, with what, and where to. What is not said is as `focus specialize` has it.
public struct SpecializationOptions: Sendable {
    /// Where the new checkpoint goes.
    public struct Destination: Sendable {
        /// The folder to write.
        public let folder: FilePath
        /// What happens where it exists.
        public let policy: StagedReplacement.Policy

        /// Makes a destination; a folder that exists is an error unless another policy is given.
        public init(folder: FilePath, policy: StagedReplacement.Policy = .refuse) {
            self.folder = folder
            self.policy = policy
        }
    }

    // MARK: What

    /// The checkpoint: a folder or one tensor file.
    public var checkpoint: FilePath
    /// Which copy of the weights of a folder is meant; nil for the plain one.
    public var variant: String?
    /// Where `checkpoint` is an adapter (`AdapterTransfer`): the model that it was made for, before it was specialised;
    /// nil, the default, where nothing of it is needed.
    public var base: FilePath?
    /// The target tokenizer: a folder or a tokenizer file.
    public var tokenizer: FilePath
    /// The checkpoint's tokenizer, a folder or a file; nil, the default, where it lies in the checkpoint's folder.
    public var sourceTokenizer: FilePath?
    /// In vocabulary extension the target language's own tokenizer, where `tokenizer` is the extended one; nil, the
    /// default, where nothing is extended.
    public var extensionTokenizer: FilePath?
    /// The formats to read and write with; nil, the default, for those that come with this package.
    public var formats: FormatRegistry?
    /// Drafts that guess for the checkpoint, each a folder: they follow its vocabulary, and are written to folders of
    /// their names inside the result; none by default. `options.drafts = ["eagle3"]`
    public var drafts: [FilePath] = []
    /// What is said about tensors that shapes do not settle; nothing by default.
    /// `options.choices.include["classifier.weight"] = .axis(0)`
    public var choices = VocabularyChoices()
    /// Whether a model that comes with code of its own is worked on (the code is never run); false by default.
    public var allowsOwnCode = false

    // MARK: Rows

    /// Where the rows of new tokens come from; without vectors by default, which is enough for `method = .pieces`.
    /// `options.rows = .trained(on: ["german.txt"])`
    public var rows = RowOrigin.withoutVectors()
    /// The field of JSON lines that holds the text; `text` by default.
    public var textField = "text"
    /// How the rows of new tokens come about; nil, the default, for what keeps most of this kind of model, as
    /// `MethodChoice` has it, and as published with `matchesLikeReference`.
    public var method: RowMethod?
    /// Which tokens count as overlap; those that read the same by default.
    public var match: MatchOptions = .exact
    /// Whether every deliberate difference from the reference is switched off; false by default.
    public var matchesLikeReference = false
    /// Multiplies cosines before sparsemax, above 0; nil, the default, for what the method usually does.
    public var temperature: Double?
    /// What each piece of a token weighs; nil, the default, for what the method usually does.
    public var pieceWeighting: PieceWeighting?
    /// What becomes of rows that the method cannot reach; nil, the default, for the mean of their pieces where the
    /// source tokenizer can cut text into tokens, and for drawn ones elsewhere and with `matchesLikeReference`.
    public var rare: FallbackRows?
    /// How the rows of a causal model's output layer are made; nil, the default, by shares where the method uses
    /// states, and else as the table's.
    public var head: RowHead?
    /// Whether the output layer of a model that ties it to the table of input embeddings gets rows of its own; false by
    /// default.
    public var unties = false
    /// Texts that the model was trained to see, such as `query: `, whose meaning must not go where the target tokenizer
    /// splits a word of them in its own way; none by default.
    public var prompts: [String] = []
    /// What becomes of a prompt that is split in another way; one token by default.
    public var promptHandling = PromptHandling.token
    /// A file that says what the rows of some target tokens are, JSON or TSV; nil, the default, for none.
    ///
    /// It holds by every method and in every tensor, and is part of a saved plan. `GivenRowsFile` describes it:
    /// `{"▁der": "▁the", "▁dort": {"text": "over there"}, "<image>": {"tokens": ["▁picture", 17]}}`
    public var givenRows: FilePath?
    /// Target tokens that play roles whatever the tokenizer's files say: `options.roles[.mask] = "<mask>"`. A token is
    /// named as its tokenizer writes it, or by `#` and its id.
    public var roles: [SpecialRole: String] = [:]
    /// The same of the source's tokenizer.
    public var sourceRoles: [SpecialRole: String] = [:]
    /// Whether combined rows get the mean norm of the anchors; false by default.
    public var matchesNorm = false
    /// The seed of rows that are drawn at random; 42 by default.
    public var seed: UInt64 = 42
    /// What the elements of the vocabulary's tensors are in the result: f32, f16 or bf16; nil, the default, for what
    /// they are in the source. Tables that are quantised are dequantised by it.
    public var tableType: ElementType?
    /// The rows written are a multiple of this number, from 1 (the default) to 1,048,576.
    public var rowMultiple = 1
    /// The rows written, from 1 to 16,777,216, where these are another model's: `DraftTarget` has them. nil, the
    /// default, for as many as the target tokenizer needs, in the multiple.
    public var rowCount: Int?

    /// What was chosen where no method is asked for, once the checkpoint is known.
    var choice: MethodChoice?

    // MARK: Where to

    /// Where `run` writes the new checkpoint; nil, the default, to look only.
    /// `options.destination = .init(folder: "german-model")`
    public var destination: Destination?
    /// The format of the tensors; each file keeps its own by default. `options.output = .format("hdf5", compression:
    /// .zstd(level: 3))`
    public var output = OutputFormat.likeSource
    /// Whether files that stay as they are get a second name in the new folder instead of a copy, where the file system
    /// can: they take no room, and whoever changes one changes the source's, too. False by default.
    public var linksUntouched = false
    /// Whether weights of other frameworks come along although they keep the old vocabulary; false by default.
    public var keepsOtherWeights = false
    /// Whether the model card, README.md, gets a paragraph on the new vocabulary, between two marks; false by default,
    /// so that all files which have nothing to do with the vocabulary stay as they are.
    public var writesModelCard = false
    /// Whether what was written is read again and compared before it gets its name; true by default.
    public var verifies = true
    /// On how many lines of the text the model is run with the new rows, so that the report says what they keep; nil,
    /// the default, for none.
    public var measuredLines: Int?
    /// Where `run` keeps the plan; nil, the default, for nowhere.
    public var savedPlan: FilePath?
    /// Where `run` writes the report, and `compareMethods` the comparison: a page to look at where the name ends in
    /// `.html`, else JSON; nil, the default, for nowhere.
    public var report: FilePath?
    /// The version of the program, for a page; nil, the default, to name none.
    public var version: String?

    // MARK: Running

    /// The threads to use; one a core by default. The result is the same on any number.
    public var workers = Workers.allCores
    /// Hears what the user should know while it happens; nobody by default.
    public var tell: @Sendable (String) -> Void = { _ in }

    /// Makes options that say nothing but what is to get which vocabulary.
    public init(checkpoint: FilePath, tokenizer: FilePath) {
        self.checkpoint = checkpoint
        self.tokenizer = tokenizer
    }

    /// Throws where a number makes no sense.
    func check() throws(FocusError) {
        if let measuredLines, !(1...1_000_000).contains(measuredLines) {
            throw FocusError("1 to 1000000 lines are measured on, not \(measuredLines)", code: .option)
        }
        guard (1...1 << 20).contains(rowMultiple) else {
            throw FocusError("rows are padded to a multiple of 1 to \(1 << 20), not of \(rowMultiple)", code: .option)
        }
        guard givenRows == nil || rows.plan == nil else {
            throw FocusError("a kept plan brings its rows along: leave out the file of rows (--rows)", code: .option)
        }
        guard !matchesLikeReference || roles.isEmpty && sourceRoles.isEmpty else {
            throw FocusError("the reference matches no roles: leave out --role and --source-role", code: .option)
        }
        if let rowCount, !(1...1 << 24).contains(rowCount) {
            throw FocusError("1 to \(1 << 24) rows are written, not \(rowCount)", code: .option)
        }
        if let tableType, ![.f32, .f16, .bf16].contains(tableType) {
            throw FocusError("tables are written as f32, f16 or bf16, not \(tableType.rawValue)", code: .option)
        }
        if let temperature, !temperature.isFinite || temperature <= 0 {
            throw FocusError("the temperature must be above 0, and is \(temperature)", code: .option)
        }
        if case .format(let name, _, let size?) = output, size < 1 {
            throw FocusError("shards of \(name) of \(size) bytes cannot be written", code: .option)
        }
        if let training = rows.training { try training.check() }
    }
}
