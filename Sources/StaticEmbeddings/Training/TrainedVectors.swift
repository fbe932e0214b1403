internal import Digests
public import FocusEngine
public import Parallel
public import SystemPackage
internal import TensorIO
public import Vocabularies

/// A model that has just been trained, in memory, to be saved.
public final class TrainedVectors: Sendable {
    /// What of a model is saved.
    public enum Contents: Sendable {
        /// All of it: the file can make vectors of parts of words, and be trained on. 800 MB with the default number of
        /// rows; rows that no word of the dictionary uses are zeros.
        case wholeModel
        /// The final vectors of the words in the dictionary: small, and no parts of words. It is a fastText model too.
        case wordsOnly
    }

    /// How often the text was read, and which tokens were learnt.
    public let effort: TrainingEffort
    let model: CBOWModel
    let dictionary: TrainingDictionary
    let rows: NGramRows
    let parameters: FastTextParameters

    init(
        _ model: CBOWModel, _ dictionary: TrainingDictionary, _ rows: NGramRows, _ parameters: FastTextParameters,
        _ effort: TrainingEffort
    ) {
        self.effort = effort
        self.model = model
        self.dictionary = dictionary
        self.rows = rows
        self.parameters = parameters
    }

    /// The number of elements of each vector.
    public var dimension: Int { model.dimension }
    /// The number of parts of the text that were trained on at the same time.
    package var partCount: Int { model.partCount }
    /// The number of words in the dictionary, the end of a line included.
    public var wordCount: Int { model.wordCount }
    /// The number of tokens that were read, ends of lines included.
    public var tokenCount: Int { dictionary.tokenCount }

    /// The vectors of the tokens of `vocabulary` that are in the dictionary, as a saved model would give them.
    ///
    /// - Parameters:
    ///   - isOwn: whether the text was given as ids of `vocabulary`: its tokens are then found by id, and else by
    ///     their text.
    ///   - workers: the threads that share the work.
    public func vectors(of vocabulary: Vocabulary, isOwn: Bool, workers: Workers) -> AuxiliaryVectors {
        let tokens = isOwn ? tokensByID(vocabulary) : tokensByText(vocabulary)
        return AuxiliaryVectors(ids: tokens.map(\.id), dimension: dimension, workers: workers) { index, vector in
            model.addVector(of: tokens[index].word, to: &vector)
        }
    }

    private func tokensByID(_ vocabulary: Vocabulary) -> [(id: Int, word: Int)] {
        // A token that is spelt like the end of a line shares its word.
        let lineEnd = vocabulary.id(of: TrainingDictionary.lineEndText)
        return vocabulary.ids.compactMap { id in
            let word = dictionary.wordsByID[id == lineEnd ? Int(TokenLines.lineEnd) : id + 1]
            return word == .max ? nil : (id, Int(word))
        }
    }

    private func tokensByText(_ vocabulary: Vocabulary) -> [(id: Int, word: Int)] {
        let tokens = dictionary.words.enumerated().compactMap { word, text in
            vocabulary.id(of: text).map { (id: $0, word: word) }
        }
        return tokens.sorted { $0.id < $1.id }
    }

    /// Writes a fastText model file, which gets its name when it is whole and on disk.
    ///
    /// - Throws: `EmbeddingError` where the disk is full, the folder cannot be written, or a file is there that is not
    ///   to be replaced.
    public func save(
        _ contents: Contents = .wholeModel, to path: FilePath, replacingExisting: Bool = false
    ) throws(EmbeddingError) {
        var options = WriteOptions()
        options.replacesExisting = replacingExisting
        do {
            try StagedFile.write(path, options: options) { (file: inout StagedFile) throws(FormatError) in
                switch contents {
                case .wholeModel: try writeWholeModel(to: &file)
                case .wordsOnly:
                    try writeWords { (bytes: RawSpan) throws(FormatError) in try file.append(bytes) }
                }
            }
        } catch {
            throw EmbeddingError(error)
        }
    }

    /// Writes the final vectors, and the SHA-256 of the model behind it.
    func saveWordsWithDigest(to path: FilePath) throws(EmbeddingError) {
        var options = WriteOptions()
        options.replacesExisting = true
        do {
            // Whatever the umask: a file that others may write is not used.
            try StagedFile.write(path, options: options, permissions: 0o644) {
                (file: inout StagedFile) throws(FormatError) in
                var hash = SHA256()
                try writeWords { (bytes: RawSpan) throws(FormatError) in
                    try file.append(bytes)
                    unsafe bytes.withUnsafeBytes { unsafe hash.update($0.assumingMemoryBound(to: UInt8.self).span) }
                }
                try file.append(hash.digest)
            }
        } catch {
            throw EmbeddingError(error)
        }
    }
}
