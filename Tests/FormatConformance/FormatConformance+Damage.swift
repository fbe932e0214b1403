internal import SystemPackage
internal import TensorIO

/// Files that are not as they were written.
extension FormatConformance {
    /// Calls `body` for each file of what was written, in a copy of it that can be damaged.
    private func forEachFile(
        _ scratch: ScratchFolder, _ body: (ScratchFolder, FilePath, [UInt8], FilePath) throws -> Void
    ) throws -> [SampleTensor] {
        let samples = try fewSamples()
        let origin = try scratch.folder("whole")
        let metadata = abilities.keepsMetadata ? ["format": "pt"] : [:]
        try format.write(
            samples.descriptors, metadata: metadata, options: .unsynchronized,
            to: origin.path.appending(abilities.fileName), contents: samples.contents())
        let files = try origin.files()
        for (name, bytes) in files.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            let copy = try scratch.folder("damaged")
            for (other, bytes) in files { try copy.write(other, bytes) }
            try body(copy, name, bytes, copy.path.appending(abilities.fileName))
            copy.remove()
        }
        return samples
    }

    func checkTruncation(_ scratch: ScratchFolder, _ findings: inout Findings) throws {
        let samples = try fewSamples()
        var found = Findings()
        _ = try forEachFile(scratch) { copy, name, bytes, path in
            let step = max(1, bytes.count / 100)
            var lengths = Set(stride(from: 0, to: bytes.count, by: step))
            lengths.formUnion(bytes.indices.prefix(40))
            lengths.formUnion(bytes.indices.suffix(40))
            for length in lengths.sorted() {
                try copy.write(name, bytes[..<length])
                do {
                    let before = found.sentences.count
                    try compare(path, with: samples, &found)
                    if found.sentences.count > before {
                        found.add("'\(name)' cut from \(bytes.count) to \(length) bytes was read wrongly")
                    }
                } catch is FormatError {}
            }
        }
        for sentence in found.sentences { findings.add(sentence) }
    }

    func checkFlippedBytes(_ scratch: ScratchFolder, _ findings: inout Findings) throws {
        var found = Findings()
        _ = try forEachFile(scratch) { copy, name, bytes, path in
            let step = max(1, bytes.count / 200)
            var places = Set(stride(from: 0, to: bytes.count, by: step))
            places.formUnion(bytes.indices.prefix(150))
            places.formUnion(bytes.indices.suffix(60))
            for (number, place) in places.sorted().enumerated() {
                var changed = bytes
                changed[place] ^= [0x01, 0x80, 0xFF, 0x10][number % 4]
                try copy.write(name, changed)
                do {
                    let reader = try format.open(path)
                    for tensor in reader.tensors {
                        // A size that a changed byte made up may be large, but reading it must not cost that much.
                        guard tensor.byteCount <= 1 << 24 else { continue }
                        let count = try reader.bytes(of: tensor).count
                        found.expect(
                            count == tensor.byteCount,
                            "byte \(place) of '\(name)' changed: \(tensor) gave \(count) bytes")
                    }
                } catch is FormatError {}
            }
        }
        for sentence in found.sentences { findings.add(sentence) }
    }

    func checkThrowingProvider(_ scratch: ScratchFolder, _ findings: inout Findings) throws {
        let samples = try fewSamples()
        guard let victim = samples.last else { return }
        let good = samples.contents()
        let empty = Array(repeating: UInt8(1), count: 1)
        let faults: [(String, TensorContents)] = [
            ("throws", TensorContents { _, _ throws(FormatError) in throw FormatError(.cancelled, "was cancelled") }),
            (
                "throws midway",
                TensorContents { tensor, sink throws(FormatError) in
                    guard tensor.name == victim.descriptor.name else { return try good.send(tensor, to: sink) }
                    try unsafe sink(empty.span.bytes)
                    throw FormatError(.cancelled, "was cancelled")
                }
            ),
            (
                "gives too little",
                TensorContents { tensor, sink throws(FormatError) in
                    guard tensor.name == victim.descriptor.name else { return try good.send(tensor, to: sink) }
                    try unsafe sink(empty.span.bytes)
                }
            ),
            (
                "gives too much",
                TensorContents { tensor, sink throws(FormatError) in
                    try good.send(tensor, to: sink)
                    if tensor.name == victim.descriptor.name { try unsafe sink(empty.span.bytes) }
                }
            ),
        ]
        for (what, contents) in faults {
            let inner = try scratch.folder("faulty")
            do {
                try format.write(
                    samples.descriptors, metadata: [:], options: .unsynchronized,
                    to: inner.path.appending(abilities.fileName), contents: contents)
                findings.add("a provider that \(what) was no error")
            } catch {
                findings.expect(
                    !what.hasPrefix("throws") || error.code == .cancelled, "a provider that \(what) became '\(error)'")
                findings.expect(error.path != nil, "the error '\(error)' does not name the file")
            }
            findings.expect(inner.entries.isEmpty, "a provider that \(what) left \(inner.entries) behind")
        }
    }

    func checkExistingDestination(_ scratch: ScratchFolder, _ findings: inout Findings) throws {
        let first = try fewSamples()
        let inner = try scratch.folder("existing")
        let path = inner.path.appending(abilities.fileName)
        func write(_ samples: [SampleTensor], replacing: Bool) throws {
            var options = WriteOptions.unsynchronized
            options.replacesExisting = replacing
            try format.write(
                samples.descriptors, metadata: [:], options: options, to: path, contents: samples.contents())
        }
        try write(first, replacing: false)
        let before = try inner.files()
        let second = [try SampleTensor("another", first[0].descriptor.elementType, [4, 2])]
        do {
            try write(second, replacing: false)
            findings.add("a file that exists was replaced")
        } catch let error as FormatError {
            findings.expect(error.code == .destinationExists, "a file that exists gave '\(error)'")
        }
        findings.expect(try inner.files() == before, "a file that exists was changed")
        try write(second, replacing: true)
        try compare(path, with: second, &findings)
        let reader = try format.open(path)
        // A mapped reader must go on reading what it opened.
        let old = try reader.bytes(of: reader.tensors[0])
        try write(first, replacing: true)
        findings.expect(try reader.bytes(of: reader.tensors[0]) == old, "an open file changed when it was replaced")
        try compare(path, with: first, &findings)
    }
}
