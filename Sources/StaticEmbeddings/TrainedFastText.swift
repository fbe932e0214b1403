private import CFastText
internal import FocusEngine
public import SystemPackage
internal import TensorIO

/// A model that has just been trained, in memory, to be saved.
@safe public final class TrainedFastText {
    /// What of a model is saved.
    public enum Contents: Sendable {
        /// All of it: the file can make vectors of parts of words, and be trained on. 800 MB with the default number of
        /// rows.
        case wholeModel
        /// The final vectors of the words in the dictionary: small, and no parts of words. It is a fastText model too.
        case wordsOnly
    }

    /// The number of elements of each vector.
    public let dimension: Int
    /// The number of words in the dictionary, the end of a line included.
    public let wordCount: Int
    /// The number of tokens that were read, ends of lines included.
    public let tokenCount: Int
    private let model: OpaquePointer

    init(_ model: OpaquePointer, dimension: Int, wordCount: Int, tokenCount: Int) {
        unsafe self.model = unsafe model
        self.dimension = dimension
        self.wordCount = wordCount
        self.tokenCount = tokenCount
    }

    /// Writes a fastText model file, which gets its name when it is whole and on disk.
    ///
    /// - Throws: `EmbeddingError` where the disk is full, the folder cannot be written, or a file is there that is not
    ///   to be replaced.
    public func save(
        _ contents: Contents = .wholeModel, to path: FilePath, replacingExisting: Bool = false
    ) throws(EmbeddingError) {
        try save(contents, to: path, replacingExisting: replacingExisting, withDigest: false)
    }

    /// The same; `withDigest` puts the SHA-256 of the model behind it.
    func save(
        _ contents: Contents, to path: FilePath, replacingExisting: Bool, withDigest: Bool
    ) throws(EmbeddingError) {
        var options = WriteOptions()
        options.replacesExisting = replacingExisting
        do throws(FormatError) {
            try StagedFile.write(path, options: options) { (file: inout StagedFile) throws(FormatError) in
                let digest = unsafe try withUnsafeMutablePointer(to: &file) { file throws(FormatError) in
                    let sink = unsafe ModelSink(file, hashes: withDigest)
                    try send(contents, to: sink)
                    return sink.digest
                }
                try file.append(digest)
            }
        } catch {
            throw EmbeddingError(error)
        }
    }

    private func send(_ contents: Contents, to sink: ModelSink) throws(FormatError) {
        let failed = withExtendedLifetime(sink) {
            unsafe focus_fasttext_save(
                model, contents == .wordsOnly ? 1 : 0, passOn, Unmanaged.passUnretained(sink).toOpaque())
        }
        if let error = sink.error { throw error }
        guard failed == 0 else { throw FormatError(.system, "fastText could not write the model") }
    }

    deinit {
        unsafe focus_fasttext_free(model)
    }
}

/// Passes on to a file what fastText writes, and keeps the error that C cannot carry.
@safe private final class ModelSink {
    private let file: UnsafeMutablePointer<StagedFile>
    private var hash: SHA256?
    private(set) var error: FormatError?

    /// The file must outlive the sink.
    init(_ file: UnsafeMutablePointer<StagedFile>, hashes: Bool) {
        unsafe self.file = unsafe file
        hash = hashes ? SHA256() : nil
    }

    /// The digest of all that was written; empty where none was wanted.
    var digest: [UInt8] {
        hash?.digest ?? []
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        do throws(FormatError) {
            try unsafe file.pointee.append(bytes.bytes)
            unsafe hash?.update(bytes.assumingMemoryBound(to: UInt8.self).span)
        } catch {
            self.error = error
        }
    }
}

/// fastText calls this; a closure would belong to the actor that it is written in.
private nonisolated func passOn(context: UnsafeMutableRawPointer?, bytes: UnsafeRawPointer, count: Int) -> Int32 {
    guard let context = unsafe context else { return 1 }
    let sink = unsafe Unmanaged<ModelSink>.fromOpaque(context).takeUnretainedValue()
    unsafe sink.append(UnsafeRawBufferPointer(start: bytes, count: count))
    return sink.error == nil ? 0 : 1
}
