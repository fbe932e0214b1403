internal import ArgumentParser
internal import Checkpoints
internal import Focus
internal import JSON
internal import Parallel
internal import Replacement
internal import SystemPackage
internal import TensorIO
internal import Tokenization
internal import Vocabularies

/// `focus inspect`: names, types, shapes and sizes; reads headers only unless asked for contents.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Shows what a checkpoint or tensor file holds; reads headers only.")

    @Argument(help: "A checkpoint folder or a tensor file.")
    var path: FilePath

    @OptionGroup(title: "What is shown") var options: InspectionOptions

    @OptionGroup(title: "Reading") var formats: FormatOptions

    @OptionGroup(title: "Reading") var isolation: IsolationOptions

    @OptionGroup var common: CommonOptions

    func run() throws {
        try isolation.enter(toRead: [path], common)
        try common.noteInterrupted(path)
        let checkpoint = try Checkpoint.open(
            path, variant: formats.variant, formats: formats.registry(on: common.workers))
        common.note(checkpoint.notes)
        if let token = options.token {
            try show(token: token, in: checkpoint)
        } else if !options.rows.isEmpty {
            try show(rows: options.rows, in: checkpoint)
        } else {
            try list(checkpoint)
        }
    }

    // MARK: Listing

    private func list(_ checkpoint: Checkpoint) throws {
        let glob = options.filter.map(Glob.init)
        let shown = checkpoint.tensors.filter { glob?.matches($0.tensor.name.bytes) ?? true }
        let statistics = options.stats ? try self.statistics(of: shown) : nil
        if common.json {
            let listing = try InspectionJSON.listing(checkpoint, shown, statistics, remarks: checkpoint.remarks)
            Terminal.answer(listing.written(indentation: 2) + [0x0A])
            return
        }
        let bytes = shown.reduce(0) { $0 + $1.tensor.byteCount }
        let elements = shown.reduce(0) { $0 + $1.tensor.elementCount }
        // Where the tensors are files of the folder itself, its parts are what there is to count.
        let parts = checkpoint.files.count == 1 ? checkpoint.files[0].reader.parts.count : checkpoint.files.count
        let name = checkpoint.files.count == 1 ? checkpoint.files[0].name : ""
        let files = name.isEmpty ? Wording.count(parts, of: "file") : name
        Terminal.answer(
            "\(path): \(checkpoint.files[0].format.name), \(files), \(Wording.count(shown.count, of: "tensor")), "
                + "\(Wording.count(elements)) elements, \(Wording.bytes(bytes))")
        if shown.isEmpty, let filter = options.filter {
            common.note([
                "no name matches '\(filter)', which must match a whole name: '*\(filter)*' finds it anywhere in names"
            ])
        }
        if options.tree {
            Terminal.answer(TensorTree(shown.map(\.tensor)).lines)
            return
        }
        let isCollapsed = !options.all && statistics == nil
        let quantized = QuantizedLines(in: checkpoint, among: isCollapsed ? shown.map(\.tensor) : [])
        let listing = TensorListing(quantized.lines(of: shown.map(\.tensor)), collapsing: isCollapsed)
        var storedTypes: [TensorName: String] = [:]
        for (file, tensor) in shown {
            storedTypes[tensor.name] =
                quantized.weights[tensor.name]?.words ?? file.reader.storedType(of: tensor)
        }
        var table = [["tensor", "type", "shape", "bytes"] + (statistics == nil ? [] : Inspect.statisticsHeadings)]
        for (index, line) in listing.lines.enumerated() {
            let first = line.tensors[0]
            let shape = first.shape.map(String.init).joined(separator: " × ")
            var row = [
                Wording.shortened(Terminal.oneLine(line.name), options.all ? .max : 120),
                Inspect.type(line, storedTypes),
                shape.isEmpty ? "scalar" : shape,
                Wording.bytes(line.tensors.reduce(0) { $0 + quantized.byteCount(of: $1) }),
            ]
            if let statistics { row += Inspect.cells(statistics[index]) }
            table.append(row)
        }
        Terminal.answer(Wording.table(table, rightAligned: Set(3..<12)))
        Terminal.answer(metadataLines(checkpoint.metadata))
        for remark in try checkpoint.remarks { Terminal.answer("note: \(Terminal.oneLine(remark))") }
    }

    /// What the file says beside its tensors: all of it, or the first lines. `format: pt`, which says nothing, does not
    /// come alone.
    private func metadataLines(_ entries: [String: String]) -> [String] {
        guard options.metadata || !entries.allSatisfy({ $0.key == "format" }) else { return [] }
        let shown = 6
        let lines = entries.sorted { $0.key < $1.key }.map { key, value in
            let text = Terminal.oneLine("\(key): \(value)")
            return "metadata \(options.metadata ? text : Wording.shortened(text, 120))"
        }
        guard !options.metadata, lines.count > shown else { return lines }
        let rest = Wording.count(lines.count - shown)
        return Array(lines.prefix(shown)) + ["metadata … and \(rest) more: --metadata shows all"]
    }

    /// The element type, and what the file calls it where that is something else.
    private static func type(_ line: TensorListing.Line, _ storedTypes: [TensorName: String]) -> String {
        let type = line.tensors[0].elementType.rawValue
        guard !storedTypes.isEmpty else { return type }
        let stored = Set(line.tensors.compactMap { storedTypes[$0.name] }).sorted().joined(separator: ", ")
        return stored.isEmpty ? type : "\(type) (\(Terminal.oneLine(stored)))"
    }

    private static let statisticsHeadings = ["mean", "std", "min", "max", "norm", "NaN", "Inf", "zeros"]

    private static func cells(_ statistics: TensorStatistics?) -> [String] {
        guard let statistics else { return statisticsHeadings.map { _ in "-" } }
        let figures = [
            statistics.mean, statistics.standardDeviation, statistics.minimum, statistics.maximum, statistics.norm,
        ]
        let counts = [statistics.nanCount, statistics.infinityCount, statistics.zeroCount]
        return figures.map { statistics.finiteCount == 0 ? "-" : Wording.significant($0) } + counts.map(Wording.count)
    }

    private func statistics(
        of shown: [(file: Checkpoint.File, tensor: TensorDescriptor)]
    ) throws -> [TensorStatistics?] {
        let monitor = ProgressLine(quiet: common.quiet).monitor("reading")
        defer { Terminal.clearProgress() }
        return try TensorStatistics.all(
            of: shown.map { ($0.tensor, $0.file.reader) }, workers: common.workers, monitor: monitor)
    }

    // MARK: Contents

    private func show(rows: [String], in checkpoint: Checkpoint) throws {
        guard rows.count == 2 else { throw ValidationError("--rows takes a tensor's name and a range START:END.") }
        let bounds = rows[1].split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard bounds.count == 2, let start = bounds[0], let end = bounds[1], start >= 0, start <= end else {
            throw ValidationError("--rows takes a range START:END, not '\(rows[1])'.")
        }
        let values = try TensorRowValues.read(start..<end, of: TensorName(rows[0]), in: checkpoint)
        if common.json {
            let builder = JSONBuilder.array(values.map { .array($0.map { .double(Double($0)) }) })
            Terminal.answer(builder.written() + [0x0A])
        } else {
            for (offset, row) in values.enumerated() {
                Terminal.answer(
                    "\(start + offset): " + row.map { Wording.significant(Double($0)) }.joined(separator: " "))
            }
        }
    }

    private func show(token: String, in checkpoint: Checkpoint) throws {
        let vocabulary = try Tokenizer.vocabulary(at: checkpoint.folder)
        guard let id = vocabulary.id(of: TokenText(token)) else {
            throw FocusError("the tokenizer has no token '\(token)'", path: checkpoint.folder)
        }
        let embedding = try VocabularyTensors(of: checkpoint, vocabulary: vocabulary).embedding
        let values = try TensorRowValues.read(id..<id + 1, of: embedding.tensor.name, in: checkpoint)[0]
        let norm = values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        if common.json {
            let builder = JSONBuilder.object([
                .init("token", .text(token)), .init("id", .integer(id)),
                .init("tensor", .string(embedding.tensor.name.bytes)), .init("norm", .double(norm)),
                .init("values", .array(values.map { .double(Double($0)) })),
            ])
            Terminal.answer(builder.written() + [0x0A])
        } else {
            Terminal.answer(
                "'\(Terminal.oneLine(token))' is row \(id) of \(embedding.tensor), norm \(Wording.fixed(norm, 6))")
            Terminal.answer(values.map { Wording.significant(Double($0)) }.joined(separator: " "))
        }
    }
}
