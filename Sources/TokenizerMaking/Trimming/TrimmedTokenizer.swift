internal import Parallel
internal import Replacement
package import SystemPackage
internal import Tokenization
internal import Vocabularies

/// A tokenizer with fewer tokens, which is not written yet.
package struct TrimmedTokenizer: Sendable {
    /// How many tokens the tokenizer had.
    package let oldCount: Int
    /// How many stay for each reason.
    package let kept: [(reason: KeptFor, count: Int)]
    /// How many characters, numbers and punctuation went because they are of other scripts than the text.
    package let foreignCount: Int
    /// How many documents the text has.
    package let documentCount: Int
    /// How many tokens it is cut into.
    package let tokenCount: Int
    /// How many of these are the unknown token.
    package let unknownCount: Int
    /// Files that would contradict the new tokenizer, and stay behind.
    package var leftOut: [String] { files.leftOut }
    /// How many of the first documents are cut once more by the new tokenizer when it is written.
    package var checkedCount: Int { sample.count }

    private let source: FilePath
    private let old: Tokenizer
    private let files: NewTokenizerFiles
    private let sample: [[UInt8]]
    private let workers: Workers

    /// How many tokens the new tokenizer has.
    package var newCount: Int { kept.reduce(0) { $0 + $1.count } }

    init(_ folder: TokenizerFolder, _ selection: TrimSelection, _ use: TextUse, workers: Workers) throws {
        source = folder.path
        old = folder.tokenizer
        oldCount = old.vocabulary.count
        (kept, foreignCount) = (selection.tally, selection.foreignCount)
        (documentCount, tokenCount, sample) = (use.documentCount, use.tokenCount, use.sample)
        unknownCount = old.vocabulary.roles[.unknown].map { use.counts[$0] } ?? 0
        self.workers = workers
        let isOfModel = Set(folder.model.tokens.map(\.id))
        files = try folder.files(with: folder.model.keeping(selection.ids.filter(isOfModel.contains)))
    }

    /// Writes the tokenizer to the folder `destination`, which gets its name when it is whole and cuts the first
    /// documents of the text as the old one does.
    ///
    /// - Parameters:
    ///   - overwrites: whether it takes the place of a folder that has the name.
    ///   - tell: hears what the user should know.
    /// - Throws: `FocusError` where a document is cut otherwise, or the name is taken; `FormatError` where the disk
    ///   fails.
    package func write(
        to destination: FilePath, overwrites: Bool = false, tell: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        try NewTokenizerFiles.check(destination, from: source, overwrites: overwrites)
        try files.write(to: destination, .init(policy: overwrites ? .replace : .refuse, tell: tell)) {
            try check(Tokenizer.load($0))
        }
    }

    private func check(_ new: Tokenizer) throws {
        let vocabulary = new.vocabulary
        guard vocabulary.count == newCount,
            vocabulary.ids.allSatisfy({ vocabulary.text(of: $0) == files.ids.new.text(of: $0) })
        else {
            throw FocusError(
                "the trimmed tokenizer numbers its tokens otherwise than was planned: nothing was written; please "
                    + "report this with the tokenizer")
        }
        let table = files.ids.table
        let before = try old.encodeBatch(sample, addSpecialTokens: true, workers: workers)
        let after = try new.encodeBatch(sample, addSpecialTokens: true, workers: workers)
        func isSame(_ line: Int) -> Bool {
            after[line] == before[line].map { table.indices.contains(Int($0)) ? table[Int($0)] : -1 }
        }
        guard let line = sample.indices.first(where: { !isSame($0) }) else { return }
        throw FocusError(
            "document \(line + 1) of the text is cut otherwise by the trimmed tokenizer: nothing was written; please "
                + "report this with the tokenizer and the document")
    }
}
