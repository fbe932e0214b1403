public import Checkpoints
internal import JSON
internal import Replacement
public import SystemPackage
public import TensorIO

/// A model on its way to another layout: names, settings and tokenizer as another program has them. Everything is
/// opened and checked when this exists, and nothing is written yet.
public struct LayoutConversion: Sendable {
    /// Whose names, settings and tokenizer files a model has.
    public enum Layout: String, Sendable, CaseIterable {
        /// A folder that transformers loads.
        case huggingface
        /// A file that llama.cpp loads.
        case gguf
        /// A folder that Mistral's own programs load.
        case mistral
    }

    private let options: LayoutOptions
    private let stages: StageClock
    private let source: Checkpoint
    private let plan: LayoutPlan
    private let destination: TensorDestination
    /// The files that are written instead of the destination.
    private let parts: [String]

    /// Opens the source and plans what is written.
    ///
    /// - Parameter formats: the formats to read and write with, GGUF among them; to Hugging Face's layout its blocks
    ///   must be read as numbers.
    /// - Throws: `FocusError` or `FormatError`: the source cannot be opened, is of an architecture or has a tokenizer
    ///   that is not known, contradicts itself, the destination exists or cannot be written, or there is too little
    ///   room.
    public init(
        _ options: LayoutOptions, to layout: Layout, formats: FormatRegistry, stages: StageClock = StageClock()
    ) throws {
        self.options = options
        self.stages = stages
        guard layout == .gguf || options.destination.extension?.lowercased() != "gguf" else {
            let reader = layout == .mistral ? "Mistral's programs" : "transformers"
            throw FocusError(
                "is to be a folder for \(reader) (--layout \(layout.rawValue)), but is named like a GGUF file: choose "
                    + "another name", path: options.destination, code: .option)
        }
        let source = try stages.measure("open") { _ in
            try Checkpoint.open(options.source, variant: options.variant, formats: formats)
        }
        self.source = source
        let isMistral = layout == .huggingface && LayoutPlan.isMistral(options.source)
        guard isMistral || layout == .mistral || formats.format(named: "gguf") != nil else {
            throw FocusError("GGUF is read and written by a plug-in, which is not loaded: --plugin libgguf.so")
        }
        plan = try stages.measure("plan") { _ in
            switch layout {
            case .huggingface where isMistral: try .mistral(source, options, formats)
            case .huggingface: try .huggingFace(source, options, formats)
            case .gguf: try .gguf(source, options, formats)
            case .mistral: try .toMistral(source, options, formats)
            }
        }
        try plan.selection.targets.refuseRepeatedNames()
        destination = TensorDestination(
            format: plan.format, shardSize: options.shardSize, compression: .none, stem: plan.stem)
        try destination.check(plan.selection.targets, from: options.source)
        parts = plan.isFolder ? [] : try destination.parts(of: plan.selection.targets, at: options.destination)
        guard !FolderContents.isSame(options.destination, options.source) else {
            throw FocusError("is the source itself; choose another name", path: options.destination)
        }
        try source.refuseOwnFile(options.destination)
        if !plan.isFolder {
            try destination.checkParts(at: options.destination, overwrites: options.overwrites, source: source)
        }
        if let original = options.original, !options.isInPlace {
            let original = try Checkpoint.open(original, formats: formats)
            try original.refuseOwnFile(options.destination)
            if !plan.isFolder {
                try destination.checkParts(at: options.destination, overwrites: options.overwrites, source: original)
            }
        }
        guard !FolderContents.contains(options.destination, options.source) else {
            throw FocusError("is a folder that the source lies in; choose another name", path: options.destination)
        }
        if plan.isFolder {
            try StagedReplacement.check(options.destination, policy: policy)
        } else if FolderContents.targetExists(options.destination) {
            guard options.overwrites else { throw FormatError.destinationExists(options.destination) }
            guard FolderContents.isFile(options.destination) else {
                throw FocusError("is no file, and is not replaced by one", path: options.destination)
            }
        }
        try FreeSpace.check(plan.byteCount, at: options.destination)
    }

    /// Whether the model at `source` is a file of blocks, which GGUF's format must unpack on the way to `layout`.
    public static func unpacksBlocks(of source: FilePath, to layout: Layout) -> Bool {
        layout == .huggingface && !LayoutPlan.isMistral(source)
    }

    private var policy: StagedReplacement.Policy {
        options.keptOriginal.map { .keep($0) } ?? (options.overwrites ? .replace : .refuse)
    }

    /// What will be written, known before anything is.
    public var preview: ConversionPreview {
        ConversionPreview(
            source: options.source, sourceFormat: source.files.first?.format.name ?? "",
            destination: options.destination, parts: parts, format: plan.format.name,
            tensorCount: plan.selection.entries.count,
            convertedCount: plan.selection.entries.count { $0.source.elementType != $0.target.elementType },
            leftOutCount: plan.leftOut.count, tensorByteCount: plan.selection.byteCount, byteCount: plan.byteCount,
            copiedFiles: plan.files.map(\.name), notes: source.notes + plan.notes)
    }

    /// Writes, reads again what was written, and puts it in its place when it is whole and on disk.
    ///
    /// - Throws: an error that names file and tensor where reading, writing or comparing fails; nothing is left behind.
    ///   `CancellationError` where the stages' monitor asks to stop.
    public func run() throws -> ConversionReport {
        try source.refuseChanged()
        let context = StagedReplacement.Context(
            policy: policy, isInPlace: options.isInPlace, tell: options.tell)
        if plan.isFolder {
            try StagedReplacement.replacing(options.destination, context) { folder in
                let path = destination.path(in: folder, byteCount: plan.selection.byteCount)
                try write(to: path, in: folder)
            }
        } else {
            let replaced = try destination.replaced(at: options.destination)
            try StagedReplacement.placing(options.destination, context, sidecarSuffix: nil, parts: replaced) {
                try write(to: $0, in: $0.removingLastComponent())
            }
        }
        return ConversionReport(
            preview: preview, isVerified: options.verifies, stages: stages.stages,
            peakResidentBytes: ProcessMemory.peakResidentBytes)
    }

    private func write(to path: FilePath, in folder: FilePath) throws {
        let writing = destination.options(synchronizes: false, workers: options.workers)
        let written = try stages.measure("write") { monitor in
            let written = try WrittenTensors.write(
                plan.selection.targets, plan.selection.contents(monitor: monitor), metadata: plan.metadata, to: path,
                as: destination.format, options: writing)
            for file in plan.files { try JSONFile.write(file.contents, to: folder.appending(file.name)) }
            return written
        }
        try stages.measure(options.verifies ? "verify" : "force to disk") { monitor in
            try WrittenTensors.verify(
                options.verifies ? [written] : [], whileSynchronizing: folder, workers: options.workers,
                monitor: monitor)
        }
    }
}
