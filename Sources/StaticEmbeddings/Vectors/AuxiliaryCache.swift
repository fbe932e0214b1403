internal import Digests
private import Glibc
public import SystemPackage
internal import TensorIO

/// Trained vectors kept in a folder under the contents of what they were made from.
public struct AuxiliaryCache: Sendable {
    /// What trained vectors are found by.
    public struct Key: Hashable, Sendable {
        /// 64 hexadecimal digits.
        public let name: String

        /// Names vectors by contents: any other byte of a tokenizer or a document, or other parameters, give another
        /// key.
        ///
        /// - Parameters:
        ///   - tokenizer: the contents of the tokenizer's files, in an order that is always the same.
        ///   - corpus: the digest of the documents.
        public init(tokenizer: [[UInt8]], corpus: [UInt8], parameters: FastTextParameters) {
            var hash = SHA256()
            hash.update(Array("focus auxiliary vectors".utf8))
            hash.update(AuxiliaryCache.formatVersion)
            for part in tokenizer + [corpus] {
                hash.update(part.count)
                hash.update(part)
            }
            for number in parameters.numbers { hash.update(number) }
            name = hash.hexadecimal
        }
    }

    /// Goes up when the same inputs would give other vectors, or the files look different.
    static let formatVersion = 4
    private static let digestSize = 32

    /// Where the vectors are.
    public let folder: FilePath

    /// Names the folder, which is made when something is stored.
    public init(_ folder: FilePath) {
        self.folder = folder
    }

    /// Where the vectors of that key are, or would be.
    public func path(of key: Key) -> FilePath {
        folder.appending("auxiliary-\(key.name).bin")
    }

    /// The vectors of that key, or nil where there are none, the file is damaged, or another user could have written
    /// it.
    ///
    /// - Parameter tell: hears why vectors that are there are not used.
    public func vectors(for key: Key, tell: (String) -> Void = { _ in }) -> FastTextModel? {
        guard let file = try? MappedFile(path(of: key)) else { return nil }
        if let writer = file.ownership.otherWriter() {
            tell(
                "'\(file.path)': \(writer): not used, for another user could have written it; vectors are trained anew")
            return nil
        }
        if let writer = otherWriter {
            tell("'\(folder)': \(writer): trained vectors in it are not used, nor kept there; they are trained anew")
            return nil
        }
        guard let model = try? FastTextModel(file, trailerByteCount: AuxiliaryCache.digestSize),
            AuxiliaryCache.isSound(file)
        else { return nil }
        return model
    }

    /// Keeps the vectors of the words of `trained` under `key`.
    ///
    /// - Throws: `EmbeddingError` where the folder cannot be made or written, or another user could put files into it.
    public func store(_ trained: TrainedVectors, for key: Key) throws(EmbeddingError) {
        try AuxiliaryCache.makeFolder(folder)
        if let writer = otherWriter {
            throw EmbeddingError(.system, "\(writer), so trained vectors are not kept in it", path: folder)
        }
        try trained.saveWordsWithDigest(to: path(of: key))
    }

    /// Who else could put files into the folder; a link stands for where it leads.
    private var otherWriter: String? {
        FileOwnership(at: folder, followingLinks: true)?.otherWriter()
    }

    /// Whether the file ends with the digest of what stands before.
    private static func isSound(_ file: MappedFile) -> Bool {
        file.withBytes { bytes in
            let end = bytes.byteCount - digestSize
            guard end > 0 else { return false }
            var hash = SHA256()
            unsafe bytes.extracting(0..<end).withUnsafeBytes {
                unsafe hash.update($0.assumingMemoryBound(to: UInt8.self).span)
            }
            return hash.digest == bytes.extracting(end..<bytes.byteCount).copied
        }
    }

    private static func makeFolder(_ folder: FilePath) throws(EmbeddingError) {
        guard !folder.isEmpty, unsafe access(folder.string, F_OK) != 0 else { return }
        try makeFolder(folder.removingLastComponent())
        // Another process may have made it since.
        guard unsafe mkdir(folder.string, 0o755) == 0 || errno == EEXIST else {
            throw .system(Errno(rawValue: errno), "make a folder for trained vectors", folder)
        }
    }
}

extension EmbeddingError {
    fileprivate static func system(_ errno: Errno, _ action: String, _ path: FilePath) -> EmbeddingError {
        EmbeddingError(FormatError.system(errno, action, path))
    }
}
