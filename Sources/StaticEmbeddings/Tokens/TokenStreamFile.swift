public import SystemPackage
internal import TensorIO
public import Vocabularies

/// A temporary file of tokens to train on, four bytes each, written in the order of the calls.
///
/// The file has no name, so nothing is left of it, however the process ends.
public final class TokenStreamFile {
    /// The number of documents written.
    public private(set) var documentCount = 0
    /// The number of tokens written.
    public private(set) var tokenCount = 0
    /// The bytes of text that the documents had; 0 where that is not known.
    public package(set) var byteCount = 0
    /// How often each id was written: the end of a document, the ids of the vocabulary, other tokens as they came.
    private(set) var counts: [Int]
    let vocabulary: Vocabulary?
    /// The tokens that are in no vocabulary, in the order in which they came.
    package private(set) var others: [TokenText] = []
    private var otherNumbers: [TokenText: UInt32] = [:]
    /// What is written to; nil where the tokens were there before.
    private var file: TemporaryFile?
    private let ready: TokenStream?

    /// Makes an empty file in `folder`, which must exist and have room for four bytes a token.
    ///
    /// - Parameter vocabulary: whose ids are written; nil where all tokens are given as text.
    /// - Throws: `EmbeddingError` where no file can be made there.
    public init(in folder: FilePath, vocabulary: Vocabulary? = nil) throws(EmbeddingError) {
        do throws(FormatError) {
            file = try TemporaryFile(in: folder)
        } catch {
            throw EmbeddingError(error)
        }
        self.vocabulary = vocabulary
        ready = nil
        counts = [Int](repeating: 0, count: 1 + (vocabulary?.rowCount ?? 0))
    }

    /// Takes ids that were written before, which occur `counts` times each.
    init(_ stream: TokenStream, vocabulary: Vocabulary, others: [TokenText], counts: [Int]) {
        self.vocabulary = vocabulary
        self.others = others
        self.counts = counts
        ready = stream
        file = nil
        documentCount = counts[Int(TokenLines.lineEnd)]
        tokenCount = stream.count - documentCount
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
        do throws(FormatError) {
            try unsafe file?.append(ids.span.bytes)
        } catch {
            throw EmbeddingError(error)
        }
        documentCount += lines.documentCount
        tokenCount += lines.tokenCount
        byteCount += lines.byteCount
    }

    /// Makes an empty file in `folder` for ids that mean what they do in `other`.
    init(in folder: FilePath, like other: TokenStreamFile) throws(EmbeddingError) {
        do throws(FormatError) {
            file = try TemporaryFile(in: folder)
        } catch {
            throw EmbeddingError(error)
        }
        (vocabulary, others, otherNumbers) = (other.vocabulary, other.others, other.otherNumbers)
        ready = nil
        counts = [Int](repeating: 0, count: other.counts.count)
    }

    /// Appends a document's ids, its end among them.
    func append(document ids: UnsafeBufferPointer<UInt32>) throws(EmbeddingError) {
        for index in ids.indices { unsafe counts[Int(ids[index])] += 1 }
        do throws(FormatError) {
            try unsafe file?.append(RawSpan(_unsafeElements: ids))
        } catch {
            throw EmbeddingError(error)
        }
        documentCount += 1
        tokenCount += ids.count - 1
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
        if let ready { return ready }
        do throws(FormatError) {
            guard let contents = try file?.contents() else { throw FormatError(.system, "has no tokens") }
            return TokenStream(contents)
        } catch {
            throw EmbeddingError(error)
        }
    }
}
