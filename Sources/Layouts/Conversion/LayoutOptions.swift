public import Parallel
public import SystemPackage
public import TensorIO

/// Which layout a model is to have, and where it goes.
public struct LayoutOptions: Sendable {
    /// The model: a GGUF file, or a folder as `save_pretrained` writes it.
    public var source: FilePath
    /// The folder, or the GGUF file, to write.
    public var destination: FilePath
    /// Which copy of the weights of a folder is meant; nil for the plain one.
    public var variant: String?
    /// The format of the tensors in Hugging Face's layout; nil for safetensors.
    public var format: String?
    /// What floating-point elements become; nil for what the layout has: F32 where blocks were unpacked.
    public var elementType: ElementType?
    /// How matrices are kept in GGUF.
    public var blockType = BlockType.f16
    /// How the tables of tokens are kept in GGUF; nil for what llama.cpp does with `blockType`.
    public var tableType: BlockType?
    /// The GGUF file that the source was made of by another tokenizer: all but tables and tokenizer is taken from it as
    /// it lies there; nil for none.
    public var original: FilePath?
    /// The largest size of a shard in bytes.
    public var shardSize: Int?
    /// Whether what is at the destination is replaced.
    public var overwrites = false
    /// Whether the destination is `original`, whose permissions and owners the result then has.
    public var isInPlace = false
    /// Where the original is kept that is replaced in place; nil to remove it.
    public var keptOriginal: FilePath?
    /// Whether what was written is read again and compared before it gets its name.
    public var verifies = true
    /// Hears what the user should know while it happens.
    public var tell: @Sendable (String) -> Void = { _ in }
    /// The threads to use; one a core by default. The result is the same on any number.
    public var workers = Workers.allCores

    /// Makes options that write `source` in another layout to `destination`.
    public init(source: FilePath, destination: FilePath) {
        self.source = source
        self.destination = destination
    }
}
