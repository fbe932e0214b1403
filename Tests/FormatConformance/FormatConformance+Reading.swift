internal import Dispatch
internal import Synchronization
internal import SystemPackage
internal import TensorIO

/// Reading parts, at once, and of the right file.
extension FormatConformance {
    func checkRanges(_ scratch: ScratchFolder, _ findings: inout Findings) throws {
        guard let type = [ElementType.f32, .u8].first(where: abilities.elementTypes.contains) else { return }
        let sample = try SampleTensor("ranges", type, [1500, 211])
        let reader = try format.open(try write([sample], in: scratch))
        let tensor = reader.tensors[0]
        let end = sample.bytes.count
        let ranges = [
            0..<end, 0..<0, end..<end, 0..<1, end - 1..<end, 64..<128, 1..<end - 1, end / 2 - 3..<end / 2 + 3,
            844..<1688,
            100_000..<200_004,
        ]
        for range in ranges {
            let (bytes, spans) = try FormatConformance.read(tensor, range, reader)
            findings.expect(bytes == Array(sample.bytes[range]), "bytes \(range) are not those of the whole")
            findings.expect(
                spans.dropLast().allSatisfy { $0 % 64 == 0 }, "bytes \(range) came in spans of \(spans)")
        }
    }

    /// The bytes `range` of `tensor`, and the lengths of the spans that they came in.
    static func read(
        _ tensor: TensorDescriptor, _ range: Range<Int>, _ reader: any TensorReader
    ) throws(FormatError) -> (bytes: [UInt8], spans: [Int]) {
        var bytes: [UInt8] = []
        var spans: [Int] = []
        try reader.read(tensor, bytes: range) { (span: RawSpan) throws(FormatError) in
            spans.append(span.byteCount)
            unsafe span.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        }
        return (bytes, spans)
    }

    func checkConcurrentReads(_ scratch: ScratchFolder, _ findings: inout Findings) throws {
        let samples = try fewSamples()
        let reader = try format.open(try write(samples, in: scratch))
        let expected = try reader.tensors.map { try reader.bytes(of: $0) }
        let wrong = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 64) { iteration in
            let index = iteration % reader.tensors.count
            let bytes = try? reader.bytes(of: reader.tensors[index])
            if bytes != expected[index] { wrong.add(1, ordering: .relaxed) }
        }
        let count = wrong.load(ordering: .relaxed)
        findings.expect(count == 0, "\(count) of 64 reads from several threads were wrong")
    }

    func checkRecognition(_ scratch: ScratchFolder, _ findings: inout Findings) throws {
        guard abilities.isRecognizedByBytes else { return }
        let path = try write(try fewSamples(), in: scratch)
        if ScratchFolder.isFolder(path) {
            findings.expect(format.recognizes(folder: path), "its own folder is not recognised")
            findings.expect(!format.recognizes(folder: scratch.path), "a folder of something else is recognised")
        } else {
            let bytes = try ScratchFolder.read(path)
            let prefix = Array(bytes.prefix(4096))
            findings.expect(unsafe format.recognizes(prefix.span.bytes), "its own file is not recognised")
        }
        try FormatConformance.checkStrangers(format, scratch, announce, &findings)
    }

    /// What is no file of the format is neither recognised nor opened.
    static func checkStrangers(
        _ format: any TensorFormat, _ scratch: ScratchFolder, _ announce: (String, FilePath) -> Void,
        _ findings: inout Findings
    ) throws {
        let others: [[UInt8]] = [
            [], [0], Array("hello, world: this is a text that is no tensor file at all".utf8),
            Array(repeating: 0, count: 4096),
            Array(repeating: 0xFF, count: 100), Array("version https://git-lfs.github.com/spec/v1\n".utf8),
        ]
        for other in others {
            try scratch.write("other", other)
            announce("\(other.count) bytes of something else are opened", scratch.path.appending("other"))
            findings.expect(
                unsafe !format.recognizes(other.span.bytes), "\(other.count) bytes of something else are recognised")
            do {
                _ = try format.open(scratch.path.appending("other"))
                findings.add("\(other.count) bytes of something else were opened")
            } catch {
                findings.expect(error.path != nil, "the error '\(error)' does not name the file")
            }
        }
        do {
            _ = try format.open(scratch.path.appending("missing"))
            findings.add("a file that is not there was opened")
        } catch {
            findings.expect(
                "\(error)".contains("missing"), "the error '\(error)' does not name the file that is not there")
        }
    }

    func checkRefusals(_ scratch: ScratchFolder, _ findings: inout Findings) throws {
        func refused(_ samples: [SampleTensor], _ what: String, naming name: TensorName?) throws {
            let inner = try scratch.folder("refused")
            do {
                try format.write(
                    samples.descriptors, metadata: [:], options: options,
                    to: inner.path.appending(abilities.fileName), contents: samples.contents())
                findings.add("\(what) was written without an error")
            } catch {
                findings.expect(name == nil || error.tensor == name, "the error '\(error)' does not name the tensor")
            }
            findings.expect(inner.entries.isEmpty, "\(what) left \(inner.entries) behind")
        }
        for type in ElementType.allCases where !abilities.elementTypes.contains(type) {
            let sample = try SampleTensor("of no such type", type, [8])
            try refused([sample], "a tensor of type \(type.rawValue)", naming: sample.descriptor.name)
        }
        let few = try fewSamples()
        if let type = few.first?.descriptor.elementType {
            if abilities.keepsNames, abilities.maximumNameLength < 1 << 16 {
                let name = TensorName(String(repeating: "n", count: abilities.maximumNameLength + 1))
                try refused([try SampleTensor(name, type, [8])], "a name that is too long", naming: name)
            }
            if abilities.maximumRank < TensorDescriptor.maximumRank {
                let shape = Array(repeating: 2, count: abilities.maximumRank + 1)
                try refused([try SampleTensor("deep", type, shape)], "a tensor of too many axes", naming: "deep")
            }
        }
        if abilities.keepsNames, let first = few.first {
            // Two of one name; contents are looked up by name, so one of them is enough.
            let inner = try scratch.folder("twice")
            do {
                try format.write(
                    [first.descriptor, first.descriptor], metadata: [:], options: options,
                    to: inner.path.appending(abilities.fileName), contents: [first].contents())
                findings.add("two tensors of one name were written")
            } catch {}
            findings.expect(inner.entries.isEmpty, "two tensors of one name left \(inner.entries) behind")
        }
        guard let sample = few.first else { return }
        let reader = try format.open(try write([sample], in: scratch))
        let stranger = try SampleTensor("stranger", sample.descriptor.elementType, [3])
        do {
            _ = try reader.bytes(of: stranger.descriptor)
            findings.add("a tensor that the file does not have was read")
        } catch {}
    }
}
