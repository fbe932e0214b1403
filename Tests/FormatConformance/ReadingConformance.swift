internal import Dispatch
internal import Synchronization
public import SystemPackage
public import TensorIO

/// The laws of reading, held against a file that somebody else wrote: for formats that only read, and for those that do
/// both.
///
/// ```swift
/// let suite = ReadingConformance(of: MyFormat(), sample: "weights.mine", in: scratchFolder)
/// for law in ReadingLaw.allCases { print(law, suite.violations(of: law)) }
/// ```
public struct ReadingConformance: Sendable {
    /// The format under test.
    public let format: any TensorFormat
    /// A file or a folder of it; small, as each law reads it many times.
    public let sample: FilePath
    /// Where copies are made.
    public let folder: FilePath
    /// Other files that the sample is read from: they are copied beside it, under their own names, and damaged as it
    /// is.
    public var beside: [FilePath] = []
    /// Hears before each step what is about to be done, and to which file: for whoever must know what it was that ended
    /// the process.
    public var announce: @Sendable (_ step: String, _ file: FilePath) -> Void = { _, _ in }

    /// What is larger is not read as a whole.
    static let largest = 1 << 24

    /// Makes the suite for `format`; `folder` must exist.
    public init(of format: any TensorFormat, sample: FilePath, in folder: FilePath) {
        self.format = format
        self.sample = sample
        self.folder = folder
    }

    /// What the format does against `law`, a sentence each; none where it obeys.
    public func violations(of law: ReadingLaw) -> [String] {
        var findings = Findings()
        do {
            let scratch = try ScratchFolder(in: folder)
            defer { scratch.remove() }
            let copy = try SampleCopy(of: sample, beside: beside, in: scratch)
            let reader = try format.open(copy.path)
            switch law {
            case .recognition: try checkRecognition(copy, scratch, &findings)
            case .ranges: try checkRanges(reader, &findings)
            case .refusals: try checkRefusals(reader, &findings)
            case .truncation: try checkTruncation(copy, reader, &findings)
            case .flippedBytes: try checkFlippedBytes(copy, &findings)
            case .concurrentReads: try checkConcurrentReads(reader, &findings)
            }
        } catch {
            findings.add("unexpected error: \(error)")
        }
        return findings.sentences
    }

    private func checkRecognition(_ copy: SampleCopy, _ scratch: ScratchFolder, _ findings: inout Findings) throws {
        if ScratchFolder.isFolder(copy.path) {
            findings.expect(format.recognizes(folder: copy.path), "the folder is not recognised")
        } else {
            let prefix = Array(try ScratchFolder.read(copy.path).prefix(4096))
            findings.expect(unsafe format.recognizes(prefix.span.bytes), "the file is not recognised")
        }
        try FormatConformance.checkStrangers(format, scratch, announce, &findings)
    }

    private func checkRanges(_ reader: any TensorReader, _ findings: inout Findings) throws {
        for tensor in reader.tensors where tensor.byteCount <= ReadingConformance.largest {
            let whole = try reader.bytes(of: tensor)
            let end = whole.count
            findings.expect(end == tensor.byteCount, "\(tensor) gave \(end) bytes")
            let bounds = [
                (0, end), (0, 0), (end, end), (0, 1), (64, 128), (1, end - 1), (end - 1, end), (end / 2, end / 2 + 3),
                (3, 1003),
            ]
            // Ends that no layout was made for, the same ones each time.
            let others = (1...12).map { number in
                let lower = 7919 * number % (end + 1)
                return (lower, lower + 104_729 * number % (end - lower + 1))
            }
            for (lower, upper) in bounds + others where 0 <= lower && lower <= upper && upper <= end {
                let range = lower..<upper
                let (bytes, spans) = try FormatConformance.read(tensor, range, reader)
                findings.expect(bytes == Array(whole[range]), "bytes \(range) of \(tensor) are not those of the whole")
                findings.expect(
                    spans.dropLast().allSatisfy { $0 % 64 == 0 },
                    "bytes \(range) of \(tensor) came in spans of \(spans)")
            }
        }
    }

    private func checkRefusals(_ reader: any TensorReader, _ findings: inout Findings) throws {
        var strangers = [try TensorDescriptor(name: "no such tensor, or so one hopes", elementType: .u8, shape: [3])]
        if let first = reader.tensors.first {
            strangers.append(
                try TensorDescriptor(name: first.name, elementType: first.elementType, shape: first.shape + [2]))
        }
        for stranger in strangers {
            do {
                _ = try reader.bytes(of: stranger)
                findings.add("\(stranger), which the file does not have, was read")
            } catch {
                findings.expect(error.tensor == stranger.name, "the error '\(error)' does not name the tensor")
            }
        }
    }

    private func checkTruncation(_ copy: SampleCopy, _ whole: any TensorReader, _ findings: inout Findings) throws {
        for (name, bytes) in copy.files {
            for length in copy.places(in: bytes, about: 200) {
                try copy.folder.write(name, bytes[..<length])
                announce("'\(name)' was cut from \(bytes.count) to \(length) bytes", copy.path)
                do throws(FormatError) {
                    let reader = try format.open(copy.path)
                    for tensor in reader.tensors where tensor.byteCount <= ReadingConformance.largest {
                        let found = try reader.bytes(of: tensor)
                        let isKept = whole.tensors.contains(tensor) ? try whole.bytes(of: tensor) == found : false
                        findings.expect(
                            isKept, "'\(name)' cut from \(bytes.count) to \(length) bytes: \(tensor) changed")
                    }
                    findings.expect(
                        reader.tensors.count == whole.tensors.count,
                        "'\(name)' cut from \(bytes.count) to \(length) bytes: \(reader.tensors.count) tensors are left"
                    )
                } catch {}
            }
            try copy.restore(name)
        }
    }

    private func checkFlippedBytes(_ copy: SampleCopy, _ findings: inout Findings) throws {
        for (name, bytes) in copy.files {
            for (number, place) in copy.places(in: bytes, about: 400).enumerated() {
                var changed = bytes
                changed[place] ^= [0x01, 0x80, 0xFF, 0x10][number % 4]
                try copy.folder.write(name, changed)
                announce("byte \(place) of '\(name)' was changed from \(bytes[place]) to \(changed[place])", copy.path)
                do throws(FormatError) {
                    let reader = try format.open(copy.path)
                    for tensor in reader.tensors where tensor.byteCount <= ReadingConformance.largest {
                        let count = try reader.bytes(of: tensor).count
                        findings.expect(
                            count == tensor.byteCount,
                            "byte \(place) of '\(name)' changed: \(tensor) gave \(count) bytes")
                    }
                } catch {}
            }
            try copy.restore(name)
        }
    }

    private func checkConcurrentReads(_ reader: any TensorReader, _ findings: inout Findings) throws {
        let tensors = reader.tensors.filter { $0.byteCount <= ReadingConformance.largest }
        guard !tensors.isEmpty else { return }
        let expected = try tensors.prefix(16).map { try reader.bytes(of: $0) }
        let wrong = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 64) { iteration in
            let index = iteration % expected.count
            if (try? reader.bytes(of: tensors[index])) != expected[index] { wrong.add(1, ordering: .relaxed) }
        }
        let count = wrong.load(ordering: .relaxed)
        findings.expect(count == 0, "\(count) of 64 reads from several threads were wrong")
    }
}
