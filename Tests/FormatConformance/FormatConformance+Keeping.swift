internal import SystemPackage
internal import TensorIO

/// What is written is what is read.
extension FormatConformance {
    /// Writes `samples` to a fresh place and returns where.
    func write(
        _ samples: [SampleTensor], in scratch: ScratchFolder, metadata: [String: String] = [:], pieces: Int = .max
    ) throws -> FilePath {
        let path = try scratch.folder("file").path.appending(abilities.fileName)
        try format.write(
            samples.descriptors, metadata: metadata, options: options, to: path,
            contents: samples.contents(inPiecesOf: pieces))
        return path
    }

    /// Compares what is at `path` with `samples`.
    func compare(_ path: FilePath, with samples: [SampleTensor], _ findings: inout Findings) throws {
        let reader = try format.open(path)
        findings.expect(
            reader.tensors.count == samples.count, "\(samples.count) tensors became \(reader.tensors.count)")
        for (index, sample) in samples.enumerated() {
            let wanted = sample.descriptor
            let found =
                abilities.keepsNames
                ? reader.tensor(named: wanted.name)
                : reader.tensors.indices.contains(index) ? reader.tensors[index] : nil
            guard let found else {
                findings.add("\(wanted) is lost")
                continue
            }
            guard found.elementType == wanted.elementType, found.shape == wanted.shape else {
                findings.add("\(wanted) became \(found)")
                continue
            }
            findings.expect(try reader.bytes(of: found) == sample.bytes, "the contents of \(wanted) changed")
        }
    }

    /// The samples in portions that one file may have.
    private func portions(_ samples: [SampleTensor]) -> [[SampleTensor]] {
        guard abilities.maximumTensorCount < samples.count else { return [samples] }
        return samples.map { [$0] }
    }

    func checkRoundTrip(_ scratch: ScratchFolder, _ findings: inout Findings) throws {
        for portion in portions(try samples()) {
            try compare(try write(portion, in: scratch), with: portion, &findings)
        }
        guard abilities.maximumTensorCount == .max else { return }
        try compare(try write([], in: scratch), with: [], &findings)
    }

    /// Names that break careless programs.
    static let hardNames: [TensorName] = [
        "a", "A", "a/b/c", "/a", "a/", "a//b", ".", "..", "../a", "a.b.c", ".a", "a b", " ", "\u{E9}", "e\u{301}",
        "\u{212B}",
        "\u{C5}", "\u{6F22}\u{5B57}", "\u{1F600}", "a\nb", "a\tb", "\"", "\\", "%41", "a%2Fb", "con", "a:b*?<>|", "~",
        "-", "",
        TensorName(String(repeating: "n", count: 300)), TensorName(String(repeating: "\u{E4}/", count: 100)),
        TensorName(String(repeating: "n", count: 299) + "m"), "tensors.json", "a.npy", "x.json", "shape", "dtype",
    ]

    func checkNames(_ scratch: ScratchFolder, _ findings: inout Findings) throws {
        guard abilities.keepsNames, let type = ElementType.allCases.first(where: abilities.elementTypes.contains) else {
            return
        }
        let names = FormatConformance.hardNames.filter { $0.bytes.count <= abilities.maximumNameLength }
        let samples = try names.map { try SampleTensor($0, type, [8]) }
        try compare(try write(samples, in: scratch), with: samples, &findings)
    }

    func checkMetadata(_ scratch: ScratchFolder, _ findings: inout Findings) throws {
        let metadata = [
            "format": "pt", "": "empty key", "empty value": "", "\u{E9} \"quoted\"\n": "\u{1F600}\\\u{1}", "a/b": "c.d",
            "long": String(repeating: "\u{E4}x", count: 40_000),
        ]
        let samples = try fewSamples()
        guard abilities.keepsMetadata else {
            do {
                _ = try write(samples, in: scratch, metadata: metadata)
                findings.add("metadata were dropped without an error")
            } catch is FormatError {}
            return
        }
        let path = try write(samples, in: scratch, metadata: metadata)
        let found = try format.open(path).metadata
        for (key, value) in metadata {
            findings.expect(found[key].map { $0.utf8.elementsEqual(value.utf8) } ?? false, "metadata '\(key)' changed")
        }
        findings.expect(found.count == metadata.count, "\(metadata.count) metadata became \(found.count)")
        try compare(path, with: samples, &findings)
    }

    func checkChunks(_ scratch: ScratchFolder, _ findings: inout Findings) throws {
        let samples = try fewSamples()
        for size in [1, 3, 64, 1000] {
            try compare(try write(samples, in: scratch, pieces: size), with: samples, &findings)
        }
        guard abilities.elementTypes.contains(.f32) else { return }
        // Longer than the buffers on the way.
        let long = [try SampleTensor("long", .f32, [1100, 1021])]
        for size in [1 << 20, 1_000_003] {
            try compare(try write(long, in: scratch, pieces: size), with: long, &findings)
        }
    }

    func checkSameBytes(_ scratch: ScratchFolder, _ findings: inout Findings) throws {
        let samples = try fewSamples()
        let metadata = abilities.keepsMetadata ? ["a": "1", "b": "2", "c": "3", "d": "4"] : [:]
        func files() throws -> [FilePath: [UInt8]] {
            let inner = try scratch.folder("same")
            try format.write(
                samples.descriptors, metadata: metadata, options: options,
                to: inner.path.appending(abilities.fileName), contents: samples.contents())
            return try inner.files()
        }
        findings.expect(try files() == files(), "the same tensors gave different bytes")
    }
}

extension FormatConformance {
    /// Without forcing to disk: what is read back comes from memory.
    var options: WriteOptions {
        var options = WriteOptions()
        options.synchronizes = false
        options.compression = abilities.compression
        options.shardSize = abilities.shardSize
        return options
    }
}
