public import Checkpoints
internal import JSON
public import Parallel
internal import Replacement
internal import SystemPackage
internal import SafetensorsFormat
internal import TensorIO
internal import Tokenization
internal import Vocabularies

/// A deep look for what makes a checkpoint load wrong or compute nonsense.
public struct CheckpointVerification: Sendable {
    /// Something that is wrong.
    public struct Finding: Sendable, Hashable {
        /// What kind of check found it: `values`, `scales`, `config`, `tokenizer`, `ties`, `index`, `copies`,
        /// `ranks`, `draft`.
        public let check: String
        /// One sentence.
        public let sentence: String
        /// Whether the checkpoint still loads and computes right; such a finding does not make it unsound.
        public var isNote = false
    }

    /// Whether nothing is wrong but what is only noted.
    public var isSound: Bool {
        findings.allSatisfy(\.isNote)
    }

    /// What is wrong, in the order of the checks.
    public let findings: [Finding]
    /// The number of tensors whose values were read.
    public let tensorCount: Int

    /// Reads everything in `checkpoint` once and checks it against itself. Its header and index were checked when it
    /// was opened.
    ///
    /// - Throws: `FormatError` where a tensor cannot be read; `CancellationError` where `monitor` asks to stop. What is
    ///   wrong with the contents is a finding, not an error.
    public init(of checkpoint: Checkpoint, workers: Workers, monitor: WorkMonitor = .none) throws {
        let values = try CheckpointVerification.checkValues(checkpoint, workers, monitor)
        findings =
            values + CheckpointVerification.checkScales(checkpoint) + CheckpointVerification.checkIndex(checkpoint)
            + CheckpointVerification.checkTies(checkpoint)
            + (try CheckpointVerification.checkVocabulary(checkpoint))
            + CheckpointVerification.checkDraft(checkpoint)
            + CheckpointVerification.checkShapes(checkpoint) + checkpoint.embeddedTokenFindings
            + (try CheckpointVerification.checkCopies(checkpoint))
            + CheckpointVerification.checkAdapter(checkpoint)
        tensorCount = checkpoint.tensors.count
    }

    private static func checkValues(
        _ checkpoint: Checkpoint, _ workers: Workers, _ monitor: WorkMonitor
    ) throws -> [Finding] {
        let tensors = checkpoint.tensors
        let all = try TensorStatistics.all(
            of: tensors.map { ($0.tensor, $0.file.reader) }, workers: workers, monitor: monitor)
        let findings: [Finding?] = zip(tensors, all).map { entry, statistics in
            guard let statistics else { return nil }
            let tensor = entry.tensor
            if statistics.nanCount + statistics.infinityCount > 0 {
                return Finding(
                    check: "values",
                    sentence:
                        "tensor '\(tensor)' holds \(statistics.nanCount) NaN and \(statistics.infinityCount) infinities"
                )
            }
            guard tensor.elementType == .bool, statistics.maximum > 1 else { return nil }
            return Finding(
                check: "values",
                sentence: "tensor '\(tensor)' holds bytes up to \(Int(statistics.maximum)), not only 0 and 1")
        }
        return findings.compactMap { $0 }
    }

    private static func checkIndex(_ checkpoint: Checkpoint) -> [Finding] {
        guard let index = checkpoint.index else { return [] }
        var findings = index.reader.notes.map { Finding(check: "index", sentence: $0) }
        // An index does not name a shard that holds nothing, as one of scales does once the tables are plain.
        let named = checkpoint.files.map(\.name)
        let empty = WeightCopy.all(among: named).flatMap(\.missing).filter { name in
            (try? SafetensorsFormat().open(checkpoint.folder.appending(name)))?.tensors.isEmpty == true
        }
        for copy in WeightCopy.all(among: named + empty) where !copy.shards.isEmpty && !copy.isComplete {
            findings.append(
                Finding(
                    check: "index",
                    sentence:
                        "'\(index.name)' names \(copy.shards.count) of the \(copy.shards[0].count) shards that their "
                        + "names tell of: "
                        + "'\(copy.missing.first ?? "")' is not among them"))
        }
        guard let stated = index.reader.indexedByteCount else { return findings }
        let total = checkpoint.tensors.reduce(0) { $0 + $1.tensor.byteCount }
        guard stated != total else { return findings }
        findings.append(
            Finding(
                check: "index",
                sentence: "'\(index.name)' says total_size \(stated), but the tensors have \(total) bytes"))
        return findings
    }

    /// transformers ties what config.json says is tied only where the stored tensors agree.
    private static func checkTies(_ checkpoint: Checkpoint) -> [Finding] {
        guard checkpoint.config?.root["tie_word_embeddings"]?.boolean == true else { return [] }
        let tables = checkpoint.tensors.filter { $0.tensor.shape.count == 2 }
        // Layers that guess ahead have heads and tables of their own.
        let own = tables.filter { !VocabularyNames($0.tensor.name).isOfDraft }
        guard let head = own.first(where: { VocabularyNames($0.tensor.name).isOutput }),
            let embedding = own.first(where: {
                $0.tensor.name != head.tensor.name && $0.tensor.shape == head.tensor.shape
                    && VocabularyNames($0.tensor.name).isTable
            })
        else { return [] }
        let difference = try? TensorDifference.between(
            embedding.tensor, in: embedding.file.reader, head.tensor, in: head.file.reader)
        guard difference != nil else { return [] }
        return [
            Finding(
                check: "ties",
                sentence: "config.json ties the output layer to the embedding, but '\(head.tensor.name)' and "
                    + "'\(embedding.tensor.name)' differ: transformers will not tie them")
        ]
    }

    static func tokenizer(of checkpoint: Checkpoint, _ findings: inout [Finding]) throws -> Tokenizer? {
        guard try FolderContents.entries(of: checkpoint.folder).contains(where: CompanionFiles.isTokenizerFile) else {
            return nil
        }
        do {
            return try Tokenizer.load(checkpoint.folder)
        } catch {
            findings.append(Finding(check: "tokenizer", sentence: "\(error)"))
            return nil
        }
    }

    private static func checkCopies(_ checkpoint: Checkpoint) throws -> [Finding] {
        guard checkpoint.singleFile == nil else { return [] }
        return try checkpoint.shadowCopies.map {
            Finding(
                check: "copies",
                sentence: CompanionFiles.isIndex($0)
                    ? "'\($0)' is the index of other weights than those that are loaded"
                    : "'\($0)' holds other weights beside those that are loaded", isNote: true)
        }
    }
}
