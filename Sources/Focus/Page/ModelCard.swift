/// The README.md of a checkpoint, in which a paragraph stands between two marks. All else is its author's, and stays.
struct ModelCard: Sendable {
    /// What the file is called.
    static let name = "README.md"

    private let bytes: [UInt8]

    private static let begin = Array("<!-- focus: begin -->".utf8)
    private static let end = Array("<!-- focus: end -->".utf8)

    /// Makes a card of the bytes of a file; none where there is no file.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The file with `paragraph` between the marks: instead of what is between them, and after all else where there are
    /// none. What stands before, such as the front matter that hubs read, keeps its bytes.
    ///
    /// - Parameter paragraph: Markdown without a mark in it.
    func with(_ paragraph: String) -> [UInt8] {
        let block = ModelCard.begin + [0x0A] + Array(paragraph.utf8) + [0x0A] + ModelCard.end
        // The last end, and the last beginning before it: a mark that has lost its other half replaces nothing.
        if let stop = bytes.ranges(of: ModelCard.end).last,
            let start = bytes[..<stop.lowerBound].ranges(of: ModelCard.begin).last
        {
            return Array(bytes[..<start.lowerBound] + block + bytes[stop.upperBound...])
        }
        guard !bytes.isEmpty else { return block + [0x0A] }
        return bytes + (bytes.last == 0x0A ? [0x0A] : [0x0A, 0x0A]) + block + [0x0A]
    }
}
