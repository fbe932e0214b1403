internal import SystemPackage
internal import TensorIO

/// Files that are not as they were written.
extension FormatConformance {
    /// One of the files that were written, in a copy of them all that can be damaged.
    private struct DamagedFile {
        let copy: ScratchFolder
        let name: FilePath
        let bytes: [UInt8]
        /// What to open.
        let path: FilePath
        /// Places spread over the file, all of its beginning and end among them.
        let places: [Int]

        func write(_ bytes: some Sequence<UInt8>) throws {
            try copy.write(name, bytes)
        }
    }

    /// Calls `body` for each file of what was written, and tries about `count` places in all of them together.
    private func forEachFile(places count: Int, _ scratch: ScratchFolder, _ body: (DamagedFile) throws -> Void) throws {
        let samples = try fewSamples()
        let origin = try scratch.folder("whole")
        let metadata = abilities.keepsMetadata ? ["format": "pt"] : [:]
        try format.write(
            samples.descriptors, metadata: metadata, options: options,
            to: origin.path.appending(abilities.fileName), contents: samples.contents())
        let files = try origin.files()
        let third = max(10, count / files.count / 3)
        for (name, bytes) in files.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            let copy = try scratch.folder("damaged")
            for (other, bytes) in files { try copy.write(other, bytes) }
            var places = Set(stride(from: 0, to: bytes.count, by: max(1, bytes.count / third)))
            places.formUnion(bytes.indices.prefix(third))
            places.formUnion(bytes.indices.suffix(third))
            try body(
                DamagedFile(
                    copy: copy, name: name, bytes: bytes, path: copy.path.appending(abilities.fileName),
                    places: places.sorted()))
            copy.remove()
        }
    }

    func checkTruncation(_ scratch: ScratchFolder, _ findings: inout Findings) throws {
        let samples = try fewSamples()
        try forEachFile(places: 200, scratch) { file in
            for length in file.places {
                try file.write(file.bytes[..<length])
                announce("'\(file.name)' was cut from \(file.bytes.count) to \(length) bytes", file.path)
                var found = Findings()
                do {
                    try compare(file.path, with: samples, &found)
                } catch is FormatError {}
                for sentence in found.sentences {
                    findings.add("'\(file.name)' cut from \(file.bytes.count) to \(length) bytes: \(sentence)")
                }
            }
        }
    }

    func checkFlippedBytes(_ scratch: ScratchFolder, _ findings: inout Findings) throws {
        try forEachFile(places: 400, scratch) { file in
            for (number, place) in file.places.enumerated() {
                var changed = file.bytes
                changed[place] ^= [0x01, 0x80, 0xFF, 0x10][number % 4]
                try file.write(changed)
                announce(
                    "byte \(place) of '\(file.name)' was changed from \(file.bytes[place]) to \(changed[place])",
                    file.path)
                do {
                    let reader = try format.open(file.path)
                    // A size that a changed byte made up may be large; reading what is claimed must not cost that much.
                    for tensor in reader.tensors where tensor.byteCount <= 1 << 24 {
                        let count = try reader.bytes(of: tensor).count
                        findings.expect(
                            count == tensor.byteCount,
                            "byte \(place) of '\(file.name)' changed: \(tensor) gave \(count) bytes")
                    }
                } catch is FormatError {}
            }
        }
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
                    samples.descriptors, metadata: [:], options: options,
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
            var options = options
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
