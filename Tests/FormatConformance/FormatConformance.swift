public import SystemPackage
public import TensorIO

/// The laws that every tensor format obeys, and what a format does against them.
///
/// It needs no testing library: ask for the `violations` of each of `ConformanceLaw.allCases` and report what comes
/// back.
///
/// ```swift
/// let suite = FormatConformance(of: MyFormat(), abilities: FormatAbilities(fileName: "x.mine"), in: scratchFolder)
/// for law in ConformanceLaw.allCases { print(law, suite.violations(of: law)) }
/// ```
public struct FormatConformance: Sendable {
    /// The format under test.
    public let format: any TensorFormat
    /// What it says it can do.
    public let abilities: FormatAbilities
    /// Where files are written; each law works in folders of its own and removes them.
    public let folder: FilePath
    /// Hears before each step what is about to be done, and to which file: for whoever must know what it was that ended
    /// the process.
    public var announce: @Sendable (_ step: String, _ file: FilePath) -> Void = { _, _ in }

    /// Makes the suite for `format`; `folder` must exist.
    public init(of format: any TensorFormat, abilities: FormatAbilities, in folder: FilePath) {
        self.format = format
        self.abilities = abilities
        self.folder = folder
    }

    /// What the format does against `law`, a sentence each; none where it obeys.
    public func violations(of law: ConformanceLaw) -> [String] {
        let scratch: ScratchFolder
        do {
            scratch = try ScratchFolder(in: folder)
        } catch {
            return ["cannot make a folder in '\(folder)': \(error)"]
        }
        defer { scratch.remove() }
        var findings = Findings()
        do {
            switch law {
            case .roundTrip: try checkRoundTrip(scratch, &findings)
            case .names: try checkNames(scratch, &findings)
            case .metadata: try checkMetadata(scratch, &findings)
            case .ranges: try checkRanges(scratch, &findings)
            case .chunks: try checkChunks(scratch, &findings)
            case .sameBytes: try checkSameBytes(scratch, &findings)
            case .recognition: try checkRecognition(scratch, &findings)
            case .refusals: try checkRefusals(scratch, &findings)
            case .truncation: try checkTruncation(scratch, &findings)
            case .flippedBytes: try checkFlippedBytes(scratch, &findings)
            case .throwingProvider: try checkThrowingProvider(scratch, &findings)
            case .existingDestination: try checkExistingDestination(scratch, &findings)
            case .concurrentReads: try checkConcurrentReads(scratch, &findings)
            }
        } catch {
            findings.add("unexpected error: \(error)")
        }
        return findings.sentences
    }

    /// Removes what is in `folder`: after a law that ended the process there is something.
    public static func removeLeftovers(in folder: FilePath) {
        for entry in ScratchFolder.entries(of: folder) { ScratchFolder.remove(folder.appending(entry)) }
    }
}

/// What was found so far; the first few of each law are enough.
struct Findings {
    private(set) var sentences: [String] = []

    mutating func add(_ sentence: String) {
        if sentences.count < 10 { sentences.append(sentence) }
    }

    /// Adds `sentence` where `condition` does not hold.
    mutating func expect(_ condition: Bool, _ sentence: @autoclosure () -> String) {
        if !condition { add(sentence()) }
    }
}
