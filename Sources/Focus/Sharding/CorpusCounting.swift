package import Checkpoints
internal import Corpus
package import Parallel
internal import Replacement
internal import StaticEmbeddings
package import SystemPackage
internal import TensorIO
internal import Tokenization
internal import Vocabularies

/// Cuts one shard of a corpus into tokens, counts them, and keeps both in a file.
package struct CorpusCounting: Sendable {
    /// A checkpoint's folder, or a tokenizer: whose tokens are counted, too.
    package var source: FilePath
    /// The tokenizer whose tokens are kept.
    package var tokenizer: FilePath
    /// The whole corpus, of which a shard is counted.
    package var corpus: [FilePath]
    /// The field of JSON lines that holds the text.
    package var textField = "text"
    /// Which part of the corpus is counted; all of it by default.
    package var shard = ShardNumber.whole
    /// The threads to use. The result is the same on any number.
    package var workers = Workers.allCores

    /// Makes what counts all of `corpus`.
    package init(source: FilePath, tokenizer: FilePath, corpus: [FilePath]) {
        (self.source, self.tokenizer, self.corpus) = (source, tokenizer, corpus)
    }

    /// What became of it.
    package struct Outcome: Sendable {
        /// The file that is there now.
        package let file: CountsFile
        /// Whether it was there before, so that nothing was done.
        package let wasFinished: Bool
        /// What the user should know, a sentence each.
        package let notes: [String]
    }

    /// Writes the file to `output`, which gets its name when it is whole. Where it is there already, of the same shard,
    /// corpus and tokenizers, nothing is done.
    ///
    /// - Throws: `FocusError` where there is another file and `replacingExisting` is false, or no tokenizer can be
    ///   read; `CorpusError` and `TokenizerError` for what is wrong with the text; `FormatError` where the disk is
    ///   full; `CancellationError`.
    package func run(to output: FilePath, replacingExisting: Bool, stages: StageClock) throws -> Outcome {
        try WritableName.check(output, replacing: true)
        let whole = try Corpus(corpus, textField: textField)
        let part = try whole.shard(shard.index, of: shard.count)
        let target = try Tokenizer.load(tokenizer)
        let (cutter, notes) = try sourceTokenizer()
        let origin = CountsHeader.Origin(
            corpus: try whole.identity(), target: try CountsHeader.digest(ofTokenizerAt: tokenizer),
            source: try CountsHeader.digest(ofTokenizerAt: source), targetRows: target.vocabulary.rowCount,
            sourceRows: cutter?.vocabulary.rowCount ?? 0)
        if !replacingExisting, MappedFile.nameExists(output) {
            return Outcome(file: try finished(output, of: origin), wasFinished: true, notes: notes)
        }
        try TemporaryRoom(byteCount: (part.byteCount ?? 0) / 2).check()
        let (counter, uses) = (TokenCounter(cutter.map { [$0] } ?? []), TokenCounter([target]))
        let stream = try stages.measure("count tokens") { monitor in
            try TrainingText.tokens(
                of: part, by: target, counting: counter, uses: uses, workers: workers, monitor: monitor)
        }
        var header = CountsHeader(shard: shard, origin: origin)
        (header.documentCount, header.tokenCount) = (stream.documentCount, stream.tokenCount)
        (header.characterCount, header.textByteCount) = (counter.characters, counter.bytes)
        // The first shard has the lines for all, however short it is.
        let beginning =
            shard.index > 1
            ? [] : try stages.measure("take lines") { try TextBeginning(of: whole, monitor: $0).bytes }
        header.beginningByteCount = beginning.count
        let contents = CountsFile.Contents(
            targetCounts: uses.counts(0), sourceCounts: cutter == nil ? [] : counter.counts(0), others: stream.others)
        try stages.measure("save") { _ in
            try CountsFile.write(
                header, contents, to: output, replacingExisting: replacingExisting,
                ids: { sink throws(FormatError) in try stream.send(to: sink) },
                beginning: { sink throws(FormatError) in try unsafe sink(beginning.span.bytes) })
        }
        return Outcome(file: try CountsFile(output), wasFinished: false, notes: notes)
    }

    /// The source's tokenizer; nil, with a note, where it knows its tokens and cannot cut a text.
    private func sourceTokenizer() throws -> (tokenizer: Tokenizer?, notes: [String]) {
        do {
            return (try Tokenizer.load(source), [])
        } catch {
            guard (try? Tokenizer.vocabulary(at: source)) != nil else { throw error }
            return (nil, ["the source tokenizer cannot cut text, and nothing is counted with it: \(error)"])
        }
    }

    /// The file at `output`, which must be the one that this would write.
    private func finished(_ output: FilePath, of origin: CountsHeader.Origin) throws -> CountsFile {
        let file: CountsFile
        do { file = try CountsFile(output) } catch let error as FocusError {
            throw FocusError(
                "is there, and is not replaced without --overwrite: it \(error.message)", path: output,
                code: .destination)
        }
        let difference =
            file.header.origin.difference(from: origin)
            ?? (file.shard == shard ? nil : "it is of shard \(file.shard), and not of \(shard)")
        guard difference == nil else {
            throw FocusError(
                "is there, and is not replaced without --overwrite: \(difference ?? "")", path: output,
                code: .destination)
        }
        return file
    }
}
