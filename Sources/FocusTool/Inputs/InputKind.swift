/// What a path on the command line is to be.
enum InputKind {
    /// A folder as `save_pretrained` writes it, or a tensor file.
    case model
    /// A folder with a tokenizer, or one of its files.
    case tokenizer
    /// A file of text.
    case text
    /// A file that focus or fastText wrote.
    case file
}
