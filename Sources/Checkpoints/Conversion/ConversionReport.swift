public import JSON
public import SystemPackage

/// What a conversion writes, known before anything is written.
public struct ConversionPreview: Sendable {
    /// The checkpoint.
    public let source: FilePath
    /// The format it is in.
    public let sourceFormat: String
    /// The file or folder to write.
    public let destination: FilePath
    /// The names of the files that are written instead of one at the destination; none for one file, a folder, or
    /// shards with an index.
    public let parts: [String]
    /// The format to write.
    public let format: String
    /// Tensors that come along.
    public let tensorCount: Int
    /// Those of them whose elements change their type.
    public let convertedCount: Int
    /// Tensors that were not selected.
    public let leftOutCount: Int
    /// The size of the tensors in bytes, as they will be, without compression.
    public let tensorByteCount: Int
    /// Bytes to write, without compression.
    public let byteCount: Int
    /// Files beside the tensors that come along.
    public let copiedFiles: [String]
    /// What the user should know.
    public let notes: [String]

    /// Makes a preview.
    package init(
        source: FilePath, sourceFormat: String, destination: FilePath, parts: [String] = [], format: String,
        tensorCount: Int, convertedCount: Int, leftOutCount: Int, tensorByteCount: Int, byteCount: Int,
        copiedFiles: [String], notes: [String]
    ) {
        self.source = source
        self.sourceFormat = sourceFormat
        self.destination = destination
        self.parts = parts
        self.format = format
        self.tensorCount = tensorCount
        self.convertedCount = convertedCount
        self.leftOutCount = leftOutCount
        self.tensorByteCount = tensorByteCount
        self.byteCount = byteCount
        self.copiedFiles = copiedFiles
        self.notes = notes
    }

    /// The preview as JSON.
    public var json: JSONBuilder {
        .object(members)
    }

    var members: [JSONBuilder.Member] {
        return [
            .init("source", .text(source.string)), .init("sourceFormat", .text(sourceFormat)),
            .init("destination", .text(destination.string)),
        ] + (parts.isEmpty ? [] : [.init("parts", .texts(parts))]) + [
            .init("format", .text(format)),
            .init("tensors", .integer(tensorCount)), .init("converted", .integer(convertedCount)),
            .init("leftOut", .integer(leftOutCount)), .init("tensorBytes", .integer(tensorByteCount)),
            .init("bytes", .integer(byteCount)),
            .init("copiedFiles", .texts(copiedFiles)), .init("notes", .texts(notes)),
        ]
    }
}

/// What a conversion did, for people and for scripts.
public struct ConversionReport: Sendable {
    /// What was written.
    public let preview: ConversionPreview
    /// Whether it was read again and compared before it got its name.
    public let isVerified: Bool
    /// How long each stage took.
    public let stages: [StageClock.Stage]
    /// The largest resident size of the process, in bytes.
    public let peakResidentBytes: Int

    /// Makes a report.
    package init(preview: ConversionPreview, isVerified: Bool, stages: [StageClock.Stage], peakResidentBytes: Int) {
        self.preview = preview
        self.isVerified = isVerified
        self.stages = stages
        self.peakResidentBytes = peakResidentBytes
    }

    /// The report as JSON.
    public var json: JSONBuilder {
        .object(
            preview.members + [
                .init("verified", .boolean(isVerified)),
                .init(
                    "stages",
                    .array(
                        stages.map {
                            .object([.init("name", .text($0.name)), .init("seconds", .double($0.seconds))])
                        })),
                .init("peakResidentBytes", .integer(peakResidentBytes)),
            ])
    }
}
