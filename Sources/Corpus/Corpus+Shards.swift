internal import Digests
internal import SystemPackage

extension Corpus {
    /// The documents of shard `index` of `count`, counted from 1: those that begin in its share of the bytes of all
    /// files, one after the other. A packed file, which cannot be entered in the middle, is all in the shard that its
    /// first byte is in.
    ///
    /// The shards of a corpus, one after the other, are its documents in their order, each once. A shard reads its own
    /// bytes and no others; it may have no document.
    ///
    /// - Throws: `CorpusError` where the documents are those of a pipe.
    public func shard(_ index: Int, of count: Int) throws(CorpusError) -> Corpus {
        precondition(count > 0 && (1...count).contains(index), "shards are counted from 1")
        guard let total = byteCount, sizes.count == paths.count else {
            throw CorpusError(
                .unrecognized, "is a pipe, and shards are cut from regular files", path: paths.first { $0 == "-" })
        }
        guard count > 1 else { return self }
        // Products of sizes and numbers of shards can pass the widest integer.
        func cut(_ index: Int) -> Int { total / count * index + total % count * index / count }
        let range = cut(index - 1)..<cut(index)
        var shard = self
        var (start, read) = (0, 0)
        shard.parts = sizes.map { size, isPacked in
            defer { start += size }
            if isPacked {
                guard range.contains(start) else { return nil }
                read += size
                return .whole
            }
            let part = range.clamped(to: start..<start + size)
            read += part.count
            guard !part.isEmpty else { return nil }
            return .lines(part.lowerBound - start..<part.upperBound - start)
        }
        shard.byteCount = read
        shard.isShard = true
        return shard
    }

    /// Names the files by what little can be read of many: their number and order, their sizes, how they are read, and
    /// the first and last 64 KiB of each.
    ///
    /// Whoever changes bytes in the middle of a long file, and not its size, gets the same identity.
    ///
    /// - Throws: `CorpusError` where a file cannot be read, or is a pipe.
    public func identity() throws(CorpusError) -> [UInt8] {
        var hash = SHA256()
        hash.update(paths.count)
        for (path, size) in zip(paths, sizes) {
            hash.update(size.byteCount)
            if case .jsonLines(let field) = DocumentLayout(of: path, textField: textField) {
                hash.update(field.utf8.count + 1)
                hash.update(Array(field.utf8))
            } else {
                hash.update(0)
            }
            let end = 1 << 16
            for start in [0, max(0, size.byteCount - end)] {
                let input = try InputBytes(path, from: start, count: end)
                while try input.fill() {
                    hash.update(Array(input.buffer[input.available]))
                    input.take(input.available.count)
                }
            }
        }
        return hash.digest
    }
}
