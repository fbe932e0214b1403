import JSON
import SystemPackage
import TestSupport

/// A tokenizer of one kind, and what `tokenizers` makes of texts with it.
struct Variant {
    /// A text and its ids, without and with special tokens.
    struct Text {
        let bytes: [UInt8]
        let ids: [Int32]
        let specialIDs: [Int32]
    }

    static let names = [
        "bert-uncased", "byte-level-ignoring-merges", "byte-level-normalizer", "byte-level-prefixed",
        "continuations-fused", "continuations-unfused", "ctc", "gemma", "llama-first", "llama", "no-unknown",
        "some-bytes", "t5", "unigram-bytes", "unigram-lifted", "word-ends", "words",
    ]

    /// The folder with its tokenizer.json.
    let path: FilePath
    let texts: [Text]

    /// Writes the tokenizer into a folder below `folder`.
    init(_ name: String, in folder: TemporaryFolder) throws {
        let root = try JSONDocument(Fixture("tokenizer-variants/\(name).json").bytes).root
        try folder.write("old/tokenizer.json", JSONBuilder(root["tokenizer"] ?? root).written())
        path = folder.path.appending("old")
        texts = (root["cases"] ?? root).elements.compactMap { entry in
            func ids(_ key: String) -> [Int32]? {
                entry[key]?.elements.compactMap { $0.integer.map(Int32.init) }
            }
            guard let bytes = entry["text"]?.bytes, let plain = ids("ids"), let special = ids("ids_special") else {
                return nil
            }
            return Text(bytes: bytes, ids: plain, specialIDs: special)
        }
    }
}
