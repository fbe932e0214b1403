private import Glibc
public import SystemPackage
internal import TensorIO
public import Vocabularies

/// A temporary file of tokens to train on, four bytes each, written in the order of the calls.
///
/// The file has no name where the system allows that, so nothing is left of it, however the process ends.
public final class TokenStreamFile {
    /// The number of documents written.
    public private(set) var documentCount = 0
    /// The number of tokens written.
    public private(set) var tokenCount = 0
    /// How often each id was written: the end of a document, the ids of the vocabulary, other tokens as they came.
    private(set) var counts: [Int]
    private let vocabulary: Vocabulary?
    private var others: [TokenText] = []
    private var otherNumbers: [TokenText: UInt32] = [:]
    private let descriptor: FileDescriptor
    private let folder: FilePath
    private let path: FilePath
    private let hasName: Bool

    /// Makes an empty file in `folder`, which must exist and have room for four bytes a token.
    ///
    /// - Parameter vocabulary: whose ids are written; nil where all tokens are given as text.
    /// - Throws: `EmbeddingError` where no file can be made there.
    public init(in folder: FilePath, vocabulary: Vocabulary? = nil) throws(EmbeddingError) {
        let named = folder.appending(".focus-tokens-\(getpid())-\(UInt32.random(in: 0 ... .max))")
        do {
            descriptor = try FileDescriptor.open(
                named, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
        } catch {
            throw .system((error as? Errno) ?? .ioError, "make a temporary file there", folder)
        }
        // An open file can be read through its number after its name is gone.
        let numbered = FilePath("/proc/self/fd/\(descriptor.rawValue)")
        hasName = unsafe access(numbered.string, R_OK) != 0
        if !hasName { unsafe unlink(named.string) }
        path = hasName ? named : numbered
        self.folder = folder
        self.vocabulary = vocabulary
        counts = [Int](repeating: 0, count: 1 + (vocabulary?.rowCount ?? 0))
    }

    /// Appends the documents of `lines`, of which the last one must have ended.
    ///
    /// - Throws: `EmbeddingError` where writing fails, such as on a full disk.
    public func append(_ lines: TokenLines) throws(EmbeddingError) {
        let numbers = lines.texts.map(number)
        var ids = lines.ids
        for index in ids.indices {
            if ids[index] >= TokenLines.firstText { ids[index] = numbers[Int(ids[index] - TokenLines.firstText)] }
            counts[Int(ids[index])] += 1
        }
        do {
            _ = try unsafe ids.withUnsafeBytes { try unsafe descriptor.writeAll($0) }
        } catch {
            throw .system((error as? Errno) ?? .ioError, "write the tokens to a temporary file there", folder)
        }
        documentCount += lines.documentCount
        tokenCount += lines.tokenCount
    }

    /// The id of a token that was given as text.
    private func number(of token: TokenText) -> UInt32 {
        if let id = vocabulary?.id(of: token) { return UInt32(id) + 1 }
        if let number = otherNumbers[token] { return number }
        let number = UInt32(counts.count)
        otherNumbers[token] = number
        others.append(token)
        counts.append(0)
        return number
    }

    /// The text of an id; the end of a document is fastText's word for the end of a line.
    func text(of id: Int) -> TokenText? {
        let rows = vocabulary?.rowCount ?? 0
        if id == TokenLines.lineEnd { return TrainingDictionary.lineEndText }
        return id <= rows ? vocabulary?.text(of: id - 1) : others[id - rows - 1]
    }

    /// What was written, to be read.
    func finished() throws(EmbeddingError) -> TokenStream {
        do throws(FormatError) {
            return TokenStream(try MappedFile(path))
        } catch {
            throw EmbeddingError(error)
        }
    }

    deinit {
        try? descriptor.close()
        if hasName { unsafe unlink(path.string) }
    }
}

extension EmbeddingError {
    static func system(_ errno: Errno, _ action: String, _ path: FilePath) -> EmbeddingError {
        EmbeddingError(FormatError.system(errno, action, path))
    }
}
