internal import Checkpoints
internal import JSON
internal import SystemPackage
internal import TensorIO

/// The GGUF file that a folder was made of: what does not depend on the vocabulary stays as it is there, bit for bit.
struct OriginalFile: Sendable {
    private let tensors: [TensorName: (tensor: TensorDescriptor, reader: any TensorReader)]
    private let values: [String: String]

    /// Opens the file at `path`; its blocks must be read as bytes.
    ///
    /// - Throws: `FocusError` or `FormatError` where it cannot be read.
    init(_ path: FilePath, formats: FormatRegistry) throws {
        let checkpoint = try Checkpoint.open(path, formats: formats)
        tensors = Dictionary(checkpoint.tensors.map { ($0.tensor.name, ($0.tensor, $0.file.reader)) }) { first, _ in
            first
        }
        values = checkpoint.metadata
    }

    /// Whether a tensor has a row for each token.
    static func isTable(_ name: String) -> Bool {
        name == "token_embd.weight" || name == "output.weight"
    }

    /// The tensor called `name` as it lies in the file, and what its blocks are called; nil where there is none of
    /// `shape`, or it is a table of tokens.
    func kept(_ name: TensorName, shape: [Int]) -> (entry: TensorSelection.Entry, blocks: String?)? {
        guard !OriginalFile.isTable(name.description), let (tensor, reader) = tensors[name] else { return nil }
        let stored = reader.storedType(of: tensor)
        guard stored != nil ? tensor.shape.dropLast() == shape.dropLast() : tensor.shape == shape else { return nil }
        return (TensorSelection.Entry(source: tensor, target: tensor, reader: reader), stored)
    }

    /// How the table called `name` is kept: as in the file, or in the blocks that come closest and can be written.
    func tableType(_ name: TensorName) -> BlockType {
        guard let (tensor, reader) = tensors[name] ?? tensors["token_embd.weight"] else { return .f16 }
        let stored = reader.storedType(of: tensor) ?? tensor.elementType.rawValue
        return BlockType(rawValue: stored.lowercased()) ?? .q6_k
    }

    /// Its metadata without those of the tokenizer and of the number of tokens.
    var builder: GGUFMetadataBuilder {
        let types = (try? JSONDocument(Array((values["gguf.types"] ?? "{}").utf8)))?.root
        var builder = GGUFMetadataBuilder()
        for (key, value) in values
        where key != "gguf.types" && !key.hasPrefix("tokenizer.") && !key.hasSuffix(".vocab_size")
            && !key.hasPrefix("split.")
        {
            builder.set(key, value, types?[key]?.string)
        }
        return builder
    }
}
