internal import SystemPackage

/// The SentencePiece model of a folder, and the list of its ids where they stand in a file of their own.
struct SentencePieceFiles {
    /// The model's file.
    let path: FilePath
    /// Its contents.
    let model: [UInt8]
    /// The contents of vocab.json, for classes that number by it.
    let vocab: [UInt8]?

    /// The names of models, the first of which counts. Marian has two, of which the source's cuts what goes into the
    /// model. Mistral's own layout has versions in names.
    private static let names = [
        "tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "sentencepiece.model", "spm.model", "source.spm",
        "spm_char.model", "tokenizer.model.v3", "tokenizer.model.v2", "tokenizer.model.v1",
    ]

    /// Reads what there is in `folder`; nil where there is no model.
    init?(folder: FilePath) throws(TokenizerError) {
        for name in SentencePieceFiles.names {
            guard let bytes = try TokenizerFileBytes.readIfPresent(folder.appending(name)) else { continue }
            path = folder.appending(name)
            model = bytes
            vocab = try TokenizerFileBytes.readIfPresent(folder.appending("vocab.json"))
            return
        }
        return nil
    }
}
