internal import JSON
internal import Parallel
internal import Replacement
internal import SystemPackage
internal import TensorIO

extension Conversion {
    /// Writes, reads again what was written, and puts it in its place when it is whole and on disk.
    ///
    /// - Throws: an error that names file and tensor where reading, writing or comparing fails, the destination exists,
    ///   or another run is at work on it; nothing is left behind. `CancellationError` where the stages' monitor asks to
    ///   stop.
    public func run() throws -> ConversionReport {
        let context = StagedReplacement.Context(
            policy: policy, isInPlace: options.destination == nil, lock: try place?.lock(), tell: options.tell)
        // What was opened before the lock was had may be gone by now.
        try source.refuseChanged()
        switch target.place {
        case .folder(let folder):
            try StagedReplacement.replacing(folder, context) { try write(folder: $0) }
        case .file(let path):
            try StagedReplacement.placing(
                path, context, sidecarSuffix: target.format.traits.sidecarSuffix,
                parts: context.isInPlace ? source.tensorFileNames : destination.replaced(at: path)
            ) { try write(to: $0, in: $0.removingLastComponent()) }
        }
        return ConversionReport(
            preview: preview, isVerified: options.verifies, stages: stages.stages,
            peakResidentBytes: ProcessMemory.peakResidentBytes)
    }

    private func write(folder: FilePath) throws {
        let path = destination.path(
            in: folder, byteCount: selection.byteCount, keeping: source.index == nil ? source.files.first?.name : nil)
        try write(to: path, in: folder) { monitor in
            guard let companions else { return }
            if options.destination == nil {
                try KeptFiles(folder: source.folder, staging: folder).place(companions.copied, monitor: monitor)
            } else {
                for file in companions.copied {
                    try FolderContents.create(folder.pushing(file).removingLastComponent())
                    try FileCopy.copy(source.folder.pushing(file), to: folder.pushing(file))
                }
            }
            if let config = companions.config { try JSONFile.write(config, to: folder.appending("config.json")) }
        }
    }

    /// Writes the tensors to `path`, and what `others` does; forces all of `folder` to disk while it is read again.
    private func write(to path: FilePath, in folder: FilePath, others: (WorkMonitor) throws -> Void = { _ in }) throws {
        var writing = destination.options(synchronizes: false, workers: options.workers)
        writing.source = source.files.count == 1 ? source.files[0].reader : nil
        let written = try stages.measure("write") { monitor in
            let written = try WrittenTensors.write(
                selection.targets, selection.contents(monitor: monitor), metadata: metadata, to: path,
                as: destination.format, options: writing)
            try others(monitor)
            return written
        }
        try stages.measure(options.verifies ? "verify" : "force to disk") { monitor in
            try WrittenTensors.verify(
                options.verifies ? [written] : [], whileSynchronizing: folder, workers: options.workers,
                monitor: monitor)
        }
    }
}

extension TensorDestination {
    /// Shards as asked for, or, where nothing is said, of about the size that those of `source` have.
    init(_ format: any TensorFormat, of source: Checkpoint, _ options: ConversionOptions) {
        let largest = source.files.map { $0.reader.tensors.reduce(0) { $0 + $1.byteCount } }.max() ?? 0
        let kept = source.files.count > 1 && format.traits.indexEnding != nil ? max(1, largest) : nil
        self.init(
            format: format, shardSize: options.shardSize ?? kept, compression: options.compression)
    }
}
