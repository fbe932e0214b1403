package import Checkpoints
internal import Parallel
internal import Replacement
package import SystemPackage
internal import TensorIO
internal import Vocabularies

/// Puts the shards of a corpus together: the same file that counting all of it at once gives.
package struct CountsMerge: Sendable {
    private let shards: [CountsFile]

    /// Opens the files, in any order.
    ///
    /// - Throws: `FocusError` where they are not the shards of one corpus, each once, by the same tokenizers: the ones
    ///   that are missing or there twice are named.
    package init(_ paths: [FilePath]) throws {
        guard !paths.isEmpty else { throw FocusError("there is nothing to merge: name the files of all shards") }
        let files = try paths.map { try CountsFile($0) }
        let first = files[0]
        var places: [Int: CountsFile] = [:]
        for file in files {
            if let difference = file.header.origin.difference(from: first.header.origin) {
                throw FocusError("does not go with '\(first.path)': \(difference)", path: file.path)
            }
            guard file.shard.count == first.shard.count else {
                throw FocusError(
                    "is shard \(file.shard), but '\(first.path)' is \(first.shard): they are of two ways to cut the "
                        + "corpus", path: file.path)
            }
            if let other = places.updateValue(file, forKey: file.shard.index) {
                throw FocusError(
                    "is shard \(file.shard), and so is '\(other.path)': name each once", path: file.path)
            }
        }
        let missing = (1...first.shard.count).filter { places[$0] == nil }
        guard missing.isEmpty else {
            let names = missing.prefix(20).map(String.init).joined(separator: ", ")
            throw FocusError(
                "\(missing.count == 1 ? "shard" : "shards") \(names)\(missing.count > 20 ? " and more" : "") of "
                    + "\(first.shard.count) \(missing.count == 1 ? "is" : "are") missing: count "
                    + "\(missing.count == 1 ? "it" : "them") first", code: .missing)
        }
        shards = files.sorted { $0.shard.index < $1.shard.index }
    }

    /// Writes all of them as one to `output`, which gets its name when it is whole. The memory that it takes does not
    /// grow with the text.
    ///
    /// - Throws: `FocusError` where a shard is damaged; `FormatError` where `output` is there and may not be replaced,
    ///   or the disk is full; `CancellationError`.
    package func run(to output: FilePath, replacingExisting: Bool, stages: StageClock) throws -> CountsFile {
        try WritableName.check(output, replacing: replacingExisting)
        guard !shards.contains(where: { FolderContents.isSame($0.path, output) }) else {
            throw FocusError("is one of the shards; choose another name", path: output, code: .destination)
        }
        let byteCount = shards.reduce(0) { $0 + $1.file.byteCount }
        if let free = FolderContents.freeSpace(at: output.removingLastComponent()), free < byteCount {
            throw FocusError(
                "needs up to \(FreeSpace.text(of: byteCount)), and only \(FreeSpace.text(of: free)) are free there",
                path: output, code: .room)
        }
        for shard in shards { try stages.measure("check \(shard.shard)") { try shard.verify(monitor: $0) } }
        try stages.measure("merge") { monitor in
            var header = CountsHeader(shard: .whole, origin: shards[0].header.origin)
            var (contents, numbers) = (CountsFile.Contents(), [TokenText: UInt32]())
            // For each shard, the ids that its tokens get which are in no vocabulary.
            var others: [[UInt32]] = []
            let firstOther = UInt32(header.origin.targetRows + 1)
            for shard in shards {
                try monitor.checkCancellation()
                try header.add(shard.header, at: shard.path)
                try CountsMerge.add(shard.targetCounts(), to: &contents.targetCounts, at: shard.path)
                try CountsMerge.add(shard.sourceCounts(), to: &contents.sourceCounts, at: shard.path)
                others.append(
                    try shard.others().map { token in
                        if let number = numbers[token] { return number }
                        let number = firstOther + UInt32(contents.others.count)
                        numbers[token] = number
                        contents.others.append(token)
                        return number
                    })
            }
            header.beginningByteCount = shards[0].header.beginningByteCount
            let total = (header.documentCount + header.tokenCount) * 4
            var done = 0
            try CountsFile.write(
                header, contents, to: output, replacingExisting: replacingExisting,
                ids: { sink throws(FormatError) in
                    for (shard, others) in zip(shards, others) {
                        try shard.sendIDs(firstOther: firstOther, others: others) { (bytes) throws(FormatError) in
                            try sink(bytes)
                            done += bytes.byteCount
                            monitor.update(completed: done, total: total)
                            guard !monitor.isCancelled else { throw FormatError(.cancelled, "was stopped") }
                        }
                    }
                },
                beginning: { sink throws(FormatError) in
                    try shards[0].file.lend(shards[0].beginningRange) { (bytes) throws(FormatError) in try sink(bytes) }
                })
        }
        return try CountsFile(output)
    }

    private static func add(_ counts: [Int], to sums: inout [Int], at path: FilePath) throws(FocusError) {
        if sums.isEmpty { sums = [Int](repeating: 0, count: counts.count) }
        for (index, count) in counts.enumerated() {
            sums[index] += count
            guard sums[index] < 1 << 56 else { throw FocusError("is damaged: its counts are impossible", path: path) }
        }
    }
}

extension CountsHeader {
    /// Adds the numbers of another shard.
    fileprivate mutating func add(_ other: CountsHeader, at path: FilePath) throws(FocusError) {
        documentCount += other.documentCount
        tokenCount += other.tokenCount
        characterCount += other.characterCount
        textByteCount += other.textByteCount
        guard max(documentCount, tokenCount, characterCount, textByteCount) < 1 << 56 else {
            throw FocusError("is damaged: its header holds impossible numbers", path: path)
        }
    }
}

extension CountsFile {
    /// Sends all ids, those from `firstOther` on as `others` says.
    fileprivate func sendIDs(
        firstOther: UInt32, others: [UInt32], to sink: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        let isSame = others.enumerated().allSatisfy { $1 == firstOther + UInt32($0) }
        try file.lend(idRange) { (bytes: RawSpan) throws(FormatError) in
            if isSame { return try sink(bytes) }
            var ids: [UInt32] = []
            ids.reserveCapacity(bytes.byteCount / 4)
            for offset in stride(from: 0, to: bytes.byteCount, by: 4) {
                let id = bytes.littleEndian(UInt32.self, at: offset)
                let place = Int(id) - Int(firstOther)
                guard place < others.count else {
                    throw FormatError(.invalidHeader, "has a token \(id), and there is none", path: path)
                }
                ids.append(place < 0 ? id : others[place])
            }
            try unsafe sink(ids.span.bytes)
        }
    }
}
