internal import TensorIO

/// The ids of a stream of tokens, mapped.
struct TokenStream: Sendable {
    /// The number of ids, ends of documents included.
    let count: Int
    private let file: MappedFile

    init(_ file: MappedFile) {
        self.file = file
        count = file.byteCount / MemoryLayout<UInt32>.stride
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
            unsafe bytes.extracting(range.lowerBound * 4..<range.upperBound * 4).withUnsafeBytes {
                unsafe body($0.assumingMemoryBound(to: UInt32.self))
            }
        }
    }

    /// Gives the pages back to the system, which reads them again when they are needed.
    func release() {
        file.release(0..<file.byteCount)
    }
}
