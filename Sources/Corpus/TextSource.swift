/// The text of one file, decompressed piece by piece.
protocol TextSource {
    /// Writes the next bytes over the first ones of `output` and returns how many; 0 means that there are no more.
    func read(into output: inout [UInt8]) throws(CorpusError) -> Int
}

/// A file that is not compressed.
struct PlainSource: TextSource {
    let input: InputBytes

    func read(into output: inout [UInt8]) throws(CorpusError) -> Int {
        guard try input.fill() else { return 0 }
        let taken = min(output.count, input.available.count)
        unsafe output.withUnsafeMutableBytes { output in
            unsafe input.buffer.withUnsafeBytes { source in
                unsafe output.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[input.available.prefix(taken)]))
            }
        }
        input.take(taken)
        return taken
    }
}
