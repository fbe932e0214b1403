internal import SafetensorsFormat
internal import SystemPackage
package import TensorIO

extension Conversion {
    /// A conversion of tensors that lie in memory, or wherever `reader` has them.
    ///
    /// - Parameters:
    ///   - reader: the tensors, and the metadata that go with them.
    ///   - options: as for a file; `source` is the destination's own name, and only there for sentences. A destination
    ///     with an ending is a file, others are folders.
    /// - Throws: as `init(_:formats:stages:)`.
    package init(
        of reader: any TensorReader, _ options: ConversionOptions, formats: FormatRegistry, stages: StageClock
    ) throws {
        let path = options.destination ?? options.source
        let source = Checkpoint(
            folder: path.removingLastComponent(), singleFile: path.extension == nil ? nil : path,
            files: [.init(name: "", reader: reader, format: SafetensorsFormat())], config: nil, index: nil, notes: [])
        try self.init(options, of: source, isOnDisk: false, formats: formats, stages: stages)
    }
}
