internal import TensorIO

/// The ids of a stream of tokens, mapped.
struct TokenStream: Sendable {
    /// The number of ids, ends of documents included.
    let count: Int
    private let file: MappedFile
    /// Where they begin in the file.
    private let offset: Int

    /// Takes all of `file` for ids.
    init(_ file: MappedFile) {
        self.init(file, from: 0, count: file.byteCount / MemoryLayout<UInt32>.stride)
    }

    /// Takes `count` ids of `file` from the byte `offset` on, which must be a multiple of four.
    init(_ file: MappedFile, from offset: Int, count: Int) {
        self.file = file
        self.offset = offset
        self.count = count
    }

    /// The first position from `start` on that follows the end of a document, but at most `limit`.
    func lineStart(from start: Int, limit: Int) -> Int {
        guard start > 0 else { return start }
        let end = unsafe withIDs(start - 1..<limit) { unsafe $0.firstIndex(of: TokenLines.lineEnd) }
        return end.map { start + $0 } ?? limit
    }

    /// Lends the ids of a range.
    func withIDs<Result>(_ range: Range<Int>, _ body: (UnsafeBufferPointer<UInt32>) -> Result) -> Result {
        file.withBytes { bytes in
            unsafe bytes.extracting(offset + range.lowerBound * 4..<offset + range.upperBound * 4).withUnsafeBytes {
                unsafe body($0.assumingMemoryBound(to: UInt32.self))
            }
        }
    }

    /// Lends the bytes of all ids, in order and part by part.
    func lend(to body: (RawSpan) throws(FormatError) -> Void) throws(FormatError) {
        try file.lend(offset..<offset + count * 4, to: body)
    }

    /// Gives the pages back to the system, which reads them again when they are needed.
    func release() {
        file.release(0..<file.byteCount)
    }
}
