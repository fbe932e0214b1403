internal import Checkpoints
internal import Replacement
internal import SystemPackage
internal import TensorIO

/// What a tensor file says itself of the vocabulary, beside the tensors: tokens and sizes of GGUF, layer sizes of
/// Keras.
struct EmbeddedVocabulary {
    private let metadata: [String: String]
    private let (sourceRows, targetRows): (Int, Int)

    /// What `metadata` say, of a checkpoint that gets `tensors`.
    init(in metadata: [String: String], _ tensors: NewTensors) {
        self.metadata = metadata
        (sourceRows, targetRows) = (tensors.vocabulary.rows, tensors.rowCount)
    }

    /// Throws where the result would be of a format whose files carry their tokenizer, which would be the old one, or
    /// where the embedding is read as bytes of quantised blocks.
    static func check(_ checkpoint: Checkpoint, destination: TensorDestination?) throws(FocusError) {
        let path = checkpoint.singleFile ?? checkpoint.folder
        let writesGGUF =
            destination.map { $0.format.name == "gguf" } ?? checkpoint.files.contains { $0.format.name == "gguf" }
        if writesGGUF, checkpoint.metadata.keys.contains(where: isOfGGML) {
            throw FocusError(
                "is a GGUF model with its tokenizer inside (tokenizer.ggml.tokens), which is not rewritten: the result "
                    + "would have new rows and the old tokens. Write safetensors with --to safetensors, and make "
                    + "a GGUF of that folder with convert_hf_to_gguf.py",
                path: path)
        }
        for file in checkpoint.files {
            for tensor in file.reader.tensors where tensor.elementType == .u8 {
                guard let blocks = file.reader.storedType(of: tensor), tensor.shape.count == 2 else {
                    continue
                }
                throw FocusError(
                    "its tensor '\(tensor.name)' is kept in quantised blocks (\(blocks)), which are read as bytes: "
                        + "--option dequantize=f32 reads them as numbers", path: path)
            }
        }
    }

    /// Whether `key` is part of a tokenizer that llama.cpp reads.
    private static func isOfGGML(_ key: String) -> Bool {
        key.hasPrefix("tokenizer.ggml.") || key.hasSuffix(".vocab_size")
    }

    /// The metadata as they are written: without the old tokenizer, and with layers of the new size.
    var written: [String: String] {
        var written = metadata.filter { !EmbeddedVocabulary.isOfGGML($0.key) }
        if let model = written[EmbeddedVocabulary.kerasKey] { written[EmbeddedVocabulary.kerasKey] = resized(model) }
        return written
    }

    /// What was left out or changed, a sentence each.
    var notes: [String] {
        var notes: [String] = []
        if metadata.keys.contains(where: EmbeddedVocabulary.isOfGGML) {
            notes.append("metadata of the old tokenizer (tokenizer.ggml.*) are left out")
        }
        if let model = metadata[EmbeddedVocabulary.kerasKey], model != resized(model) {
            notes.append("model_config: input_dim and units of \(sourceRows) become \(targetRows)")
        }
        return notes
    }

    private static let kerasKey = "model_config"

    /// The JSON of a model of Keras with the sizes of layers that had a row, or a number, a token.
    private func resized(_ model: String) -> String {
        guard sourceRows != targetRows else { return model }
        var (text, rest) = ([UInt8](), Array(model.utf8)[...])
        let keys = ["\"input_dim\":", "\"units\":"].map { Array($0.utf8) }
        while let start = rest.firstIndex(of: UInt8(ascii: "\"")) {
            guard let key = keys.first(where: { rest[start...].starts(with: $0) }) else {
                text += rest[...start]
                rest = rest[(start + 1)...]
                continue
            }
            let number = rest[(start + key.count)...].drop { $0 == UInt8(ascii: " ") }
            let digits = number.prefix { (0x30...0x39).contains($0) }
            text += rest[..<number.startIndex]
            text +=
                String(decoding: digits, as: UTF8.self) == String(sourceRows)
                ? Array(String(targetRows).utf8) : Array(digits)
            rest = number.dropFirst(digits.count)
        }
        return String(decoding: text + rest, as: UTF8.self)
    }
}
