internal import FocusEngine
internal import JSON
internal import NumPyFormat
internal import Parallel
internal import Replacement
internal import StaticEmbeddings
internal import SystemPackage
internal import TensorIO
internal import Tokenization
internal import Vocabularies

/// Ready auxiliary embeddings from a file: fastText `.bin` or `.vec`, or `.npy` [tokens, dimension] beside a `.txt`
/// of the same name with a token a line, each as a JSON string.
enum AuxiliaryInput {
    /// The vectors in the file at `path` for the tokens of `tokenizer`.
    ///
    /// - Parameter isWordLevel: whether the file holds words: tokens are then looked up by their decoded text.
    static func vectors(
        at path: FilePath, isWordLevel: Bool, for tokenizer: Tokenizer, workers: Workers
    ) throws -> AuxiliaryVectors {
        guard FolderContents.targetExists(path) else { throw FocusError("there is no such file", path: path) }
        let words: any WordVectors
        switch path.extension {
        case "npy": words = try listedVectors(at: path)
        case "bin": words = try FastTextModel(path)
        case "vec": words = try VectorTextFile(path)
        default:
            throw FocusError(
                "auxiliary embeddings are fastText's .bin or .vec, or .npy beside a .txt of the same name", path: path)
        }
        guard isWordLevel else {
            return try AuxiliaryVectors(tokensOf: tokenizer.vocabulary, in: words, workers: workers)
        }
        return try AuxiliaryVectors(wordsOf: tokenizer.vocabulary, in: words, workers: workers) {
            tokenizer.decode([Int32($0)])
        }
    }

    private static func listedVectors(at path: FilePath) throws -> ListedVectors {
        let reader = try NumPyFormat().open(path)
        guard let tensor = reader.tensors.first, tensor.shape.count == 2, tensor.elementType.convertsToFloat,
            tensor.shape[1] > 0
        else { throw FocusError("is not an array [tokens, dimension] of floating-point numbers", path: path) }
        var listing = path
        listing.extension = "txt"
        let tokens = try tokens(at: listing, for: path)
        guard tokens.count == tensor.shape[0] else {
            throw FocusError("has \(tokens.count) tokens for \(tensor.shape[0]) vectors", path: listing)
        }
        var values: [Float] = []
        values.reserveCapacity(tensor.elementCount)
        try reader.read(tensor) { (bytes: RawSpan) throws(FormatError) in
            ElementConversion.append(bytes, tensor.elementType, to: &values)
        }
        return try ListedVectors(words: tokens, values: values, dimension: tensor.shape[1])
    }

    /// The tokens in the file at `listing`, a JSON string a line.
    private static func tokens(at listing: FilePath, for path: FilePath) throws -> [TokenText] {
        guard FolderContents.targetExists(listing) else {
            throw FocusError(
                "there is no such file: the tokens of '\(path.lastComponent?.string ?? "")' are looked for in it, a "
                    + "JSON string a line",
                path: listing)
        }
        let bytes = try MappedFile(listing).withBytes { $0.copied }
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return try lines.enumerated().map { index, line in
            guard let token = (try? JSONDocument(Array(line)))?.root.bytes else {
                throw FocusError("line \(index + 1) is not a JSON string", path: listing)
            }
            return TokenText(token)
        }
    }
}
