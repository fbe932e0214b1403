/// A model that joins neighbouring symbols, the pair with the lowest rank first. (Sennrich et al. 2016, arXiv
/// 1508.07909)
struct BPEModel: TokenizationModel {
    /// What a BPE model does beside merging.
    struct Options: Sendable {
        /// The token for characters that the vocabulary lacks; without one they vanish.
        var unknownToken: [UInt8]?
        /// What stands before every character of a word but the first.
        var continuationPrefix: [UInt8] = []
        /// What stands after the last character of a word.
        var endSuffix: [UInt8] = []
        /// Whether unknown characters in a row are one token.
        var fusesUnknown = false
        /// Whether characters that the vocabulary lacks are spelled in byte tokens.
        var byteFallback = false
        /// Whether a whole piece that is a token is taken as it is.
        var ignoresMerges = false
    }

    /// One symbol of a word that is being merged.
    struct Symbol {
        var id: Int32
        /// Neighbours, -1 at the ends.
        var previous: Int32
        var next: Int32
        var isRemoved = false
    }

    private let table: TokenTable
    private let merges: MergeTable
    private let options: Options
    private let unknownID: Int32?
    private let byteTokens: ByteTokens?
    /// The ids of one-character tokens below U+0800, -1 where there is none.
    private let shortCharacters: [Int32]
    /// Whether characters have neither a prefix nor a suffix, so that a token's text is that of its characters.
    let isPlain: Bool

    /// Makes a model of a vocabulary and the merges of its tokens.
    init(table: TokenTable, merges: MergeTable, options: Options) {
        self.table = table
        self.merges = merges
        self.options = options
        unknownID = options.unknownToken.flatMap { table.id(of: $0) }
        byteTokens = options.byteFallback ? ByteTokens { table.id(of: $0) } : nil
        isPlain = options.continuationPrefix.isEmpty && options.endSuffix.isEmpty
        shortCharacters = (0..<0x800).map { value in
            Unicode.Scalar(UInt32(value)).flatMap { table.id(of: Array(String(Character($0)).utf8)) } ?? -1
        }
    }

    func id(of token: [UInt8]) -> Int32? {
        table.id(of: token)
    }

    func tokenize(
        _ word: Span<UInt8>, into ids: inout [Int32], scratch: inout ModelScratch
    ) throws(TokenizerError) {
        if options.ignoresMerges, let id = table.id(of: word), id != scratch.excluded {
            ids.append(id)
            return
        }
        scratch.characters.removeAll(keepingCapacity: true)
        try appendCharacters(of: word, &scratch)
        // Without prefix and suffix what a pair becomes is as long as the pair, so both ways come to the same; this one
        // is quicker, but takes time that grows with the square of the length.
        if isPlain, scratch.characters.count <= MergeTable.longestWord {
            merges.mergeAll(&scratch.characters, without: scratch.excluded)
            ids += scratch.characters
            return
        }
        BPEModel.link(scratch.characters, &scratch.symbols)
        mergeAll(&scratch.symbols, &scratch.queue, without: scratch.excluded) { _ in }
        for symbol in scratch.symbols where !symbol.isRemoved { ids.append(symbol.id) }
    }

    /// The id of each character, or several where it is spelled in bytes.
    private func appendCharacters(of word: Span<UInt8>, _ scratch: inout ModelScratch) throws(TokenizerError) {
        // An unknown character waits until the next known one, which byte tokens are not.
        var pendingUnknown: Int32?
        var start = 0
        while start < word.count {
            let end = min(start + UTF8Length.ofScalar(startingWith: word[start]), word.count)
            if !isPlain { spell(word, start..<end, &scratch.text) }
            let id = isPlain ? plainID(word, start, end) : table.id(of: scratch.text) ?? -1
            if id >= 0 {
                if let unknown = pendingUnknown { scratch.characters.append(unknown) }
                pendingUnknown = nil
                scratch.characters.append(id)
            } else if let byteTokens, appendBytes(word, start..<end, byteTokens, &scratch) {
                // Done.
            } else if options.unknownToken != nil {
                if let unknown = pendingUnknown, !options.fusesUnknown {
                    scratch.characters.append(unknown)
                    pendingUnknown = nil
                }
                if pendingUnknown == nil { pendingUnknown = try requiredUnknownID() }
            }
            start = end
        }
        if let unknown = pendingUnknown { scratch.characters.append(unknown) }
    }

    @inline(__always)
    private func plainID(_ word: Span<UInt8>, _ start: Int, _ end: Int) -> Int32 {
        switch end - start {
        case 1: shortCharacters[Int(word[start] & 0x7F)]
        case 2: shortCharacters[Int(word[start] & 0x1F) << 6 | Int(word[start + 1] & 0x3F)]
        default: table.id(of: word.extracting(start..<end)) ?? -1
        }
    }

    /// The token text of the character at `range`, with prefix and suffix.
    private func spell(_ word: Span<UInt8>, _ range: Range<Int>, _ text: inout [UInt8]) {
        text.removeAll(keepingCapacity: true)
        if range.lowerBound > 0 { text += options.continuationPrefix }
        for index in range { text.append(word[index]) }
        if range.upperBound == word.count { text += options.endSuffix }
    }

    private func appendBytes(
        _ word: Span<UInt8>, _ range: Range<Int>, _ byteTokens: ByteTokens, _ scratch: inout ModelScratch
    ) -> Bool {
        if isPlain { spell(word, range, &scratch.text) }
        guard byteTokens.spell(scratch.text.span) else { return false }
        for byte in scratch.text { scratch.characters.append(byteTokens.id(of: byte)) }
        return true
    }

    private func requiredUnknownID() throws(TokenizerError) -> Int32 {
        guard let unknownID else {
            throw TokenizerError(
                .untokenizable,
                "a character is not in the vocabulary, and neither is the unknown token "
                    + "'\(TokenName(options.unknownToken ?? []))'")
        }
        return unknownID
    }

    /// Makes symbols of the ids of characters.
    private static func link(_ characters: [Int32], _ symbols: inout [Symbol]) {
        symbols.removeAll(keepingCapacity: true)
        for (index, id) in characters.enumerated() {
            let isLast = index + 1 == characters.count
            symbols.append(Symbol(id: id, previous: Int32(index) - 1, next: isLast ? -1 : Int32(index) + 1))
        }
    }

    /// What symbols become, and what their merges make on the way, in order.
    func merging(_ symbols: [Int32]) -> (result: [Int32], made: [Int32]) {
        var (linked, queue, made): ([Symbol], MergeQueue, [Int32]) = ([], MergeQueue(), [])
        BPEModel.link(symbols, &linked)
        mergeAll(&linked, &queue, without: -1) { made.append($0) }
        return (linked.lazy.filter { !$0.isRemoved }.map(\.id), made)
    }

    /// - Parameter made: is told of each token that a merge makes.
    @inline(__always)
    private func mergeAll(
        _ symbols: inout [Symbol], _ queue: inout MergeQueue, without excluded: Int32, made: (Int32) -> Void
    ) {
        queue.removeAll()
        for position in 0..<max(symbols.count - 1, 0) {
            pushMerge(at: position, symbols[position].id, symbols[position + 1].id, without: excluded, &queue)
        }
        while let entry = queue.pop() {
            let position = entry.position
            let symbol = symbols[position]
            guard !symbol.isRemoved, symbol.next >= 0 else { continue }
            let next = Int(symbol.next)
            // The neighbours may have changed since the entry was made.
            guard let merge = merges.merge(symbol.id, symbols[next].id), merge.id == entry.id else { continue }
            let after = symbols[next].next
            symbols[next].isRemoved = true
            symbols[position].id = entry.id
            symbols[position].next = after
            made(entry.id)
            if after >= 0 {
                symbols[Int(after)].previous = Int32(position)
                pushMerge(at: position, entry.id, symbols[Int(after)].id, without: excluded, &queue)
            }
            if symbol.previous >= 0 {
                pushMerge(
                    at: Int(symbol.previous), symbols[Int(symbol.previous)].id, entry.id, without: excluded, &queue)
            }
        }
    }

    @inline(__always)
    private func pushMerge(
        at position: Int, _ left: Int32, _ right: Int32, without excluded: Int32, _ queue: inout MergeQueue
    ) {
        guard let merge = merges.merge(left, right), merge.id != excluded else { return }
        queue.push(.init(rank: merge.rank, position: position, id: merge.id))
    }
}
