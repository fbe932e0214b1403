public import FocusEngine
public import Parallel
public import Replacement
public import StaticEmbeddings
public import SystemPackage
public import TensorIO
public import Vocabularies

/// What to specialise, for which tokenizer, with what, and where to.
public struct SpecializationOptions: Sendable {
    /// Where the new checkpoint goes.
    public struct Destination: Sendable {
        /// The folder to write.
        public let folder: FilePath
        /// What happens where it exists.
        public let policy: StagedReplacement.Policy

        /// Makes a destination.
        public init(folder: FilePath, policy: StagedReplacement.Policy = .refuse) {
            self.folder = folder
            self.policy = policy
        }
    }

    /// The checkpoint: a folder or one tensor file.
    public var checkpoint: FilePath
    /// The target tokenizer: a folder or a tokenizer file.
    public var tokenizer: FilePath
    /// The checkpoint's tokenizer, where it has none of its own.
    public var sourceTokenizer: FilePath?
    /// Target-language text.
    public var corpus: [FilePath] = []
    /// Ready auxiliary embeddings.
    public var auxiliary: FilePath?
    /// Whether `auxiliary` holds words, so that tokens are looked up by their decoded text.
    public var auxiliaryIsWordLevel = false
    /// How auxiliary embeddings are trained.
    public var training = FastTextParameters()
    /// The threads that train, where they are to be fewer than `workers`.
    public var trainingThreads: Int?
    /// Which tokens count as overlap.
    public var match: MatchOptions = .exact
    /// Whether every deliberate difference from the reference is switched off.
    public var matchesLikeReference = false
    /// The target language's own tokenizer, in vocabulary extension.
    public var extensionTokenizer: FilePath?
    /// How the rows of new tokens come about.
    public var method = RowMethod.focus
    /// Multiplies cosines before sparsemax; nil for what the method usually does.
    public var temperature: Double?
    /// What each piece of a token weighs; nil for what the method usually does.
    public var pieceWeighting: PieceWeighting?
    /// The rows written are a multiple of this.
    public var rowMultiple = 1
    /// The seed of rows that are drawn at random.
    public var seed: UInt64 = 42
    /// A kept plan to apply.
    public var plan: FilePath?
    /// Where to keep the plan.
    public var savedPlan: FilePath?
    /// Where `run` writes the report, as JSON; nil for nowhere.
    public var report: FilePath?
    /// What the user says about tensors that shapes do not settle.
    public var choices = VocabularyTensors.Choices()
    /// The name of the format to write; nil to keep the source's, file by file.
    public var format: String?
    /// How contents are compressed; needs `format`.
    public var compression = TensorCompression.none
    /// The largest size of a shard in bytes, `Int.max` for one file; needs `format`.
    public var shardSize: Int?
    /// The formats to read and write with; nil for those that come with this package.
    public var formats: FormatRegistry?
    /// Whether files that stay as they are get a second name in the new folder instead of a copy, where the file system
    /// can: they take no room, and whoever changes one changes the source's, too. The default is no.
    public var linksUntouched = false
    /// Whether weights of other frameworks come along although they keep the old vocabulary.
    public var keepsOtherWeights = false
    /// Whether a model that comes with code of its own is worked on.
    public var allowsOwnCode = false
    /// What becomes of rows that the method cannot reach.
    public var rare = RareRows.normal
    /// Whether combined rows get the mean norm of the anchors.
    public var matchesNorm = false
    /// Whether what was written is read again and compared before it gets its name.
    public var verifies = true
    /// Hears what the user should know while it happens.
    public var tell: @Sendable (String) -> Void = { _ in }
    /// Where the new checkpoint goes; nil to look only.
    public var destination: Destination?
    /// The folder in which trained auxiliary embeddings are kept; nil for none.
    public var cache: FilePath?
    /// The threads to use.
    public var workers = Workers(count: 1)

    /// Makes options with the reference's defaults.
    public init(checkpoint: FilePath, tokenizer: FilePath) {
        self.checkpoint = checkpoint
        self.tokenizer = tokenizer
    }
}
