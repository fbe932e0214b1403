/// The text of one file, decompressed chunk by chunk.
protocol TextSource {
    /// Writes the next bytes over the first ones of `output` and returns how many; 0 means that there are no more.
    func read(into output: inout [UInt8]) throws(CorpusError) -> Int
}

/// A file that is not compressed.
struct PlainSource: TextSource {
    let input: InputBytes

    func read(into output: inout [UInt8]) throws(CorpusError) -> Int {
        try input.read(into: &output)
    }
}
