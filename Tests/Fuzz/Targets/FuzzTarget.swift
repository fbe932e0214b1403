private import Glibc

/// A reader of files that nobody vouches for, as a function of bytes: libFuzzer calls it, and so do the Swift tests.
public struct FuzzTarget: Sendable, CustomStringConvertible {
    /// What people type.
    public let name: String
    /// The longest input that makes sense, in bytes.
    public let maximumByteCount: Int
    /// The largest single allocation, in MiB, that an input of that length may lead to.
    public let allocationLimit: Int
    /// The most processor time that one input may take, in seconds. Others' load on the machine does not count.
    public let patience: Double
    /// Byte strings that files of this kind are made of.
    public let words: [String]
    private let startingInputs: @Sendable () throws -> [FuzzSeed]
    private let body: @Sendable ([UInt8], FuzzFolder) throws -> Void

    init(
        _ name: String, maximumByteCount: Int = 1 << 14, allocationLimit: Int = 64, patience: Double = 1,
        words: [String] = [],
        seeds: @escaping @Sendable () throws -> [FuzzSeed],
        _ body: @escaping @Sendable ([UInt8], FuzzFolder) throws -> Void
    ) {
        self.name = name
        self.maximumByteCount = maximumByteCount
        self.allocationLimit = allocationLimit
        self.patience = patience
        self.words = words
        startingInputs = seeds
        self.body = body
    }

    /// The name.
    public var description: String {
        name
    }

    /// What fuzzing starts from: files of Tests/Fixtures, and those kept in Tests/Fuzz/Seeds.
    public var seeds: [FuzzSeed] {
        get throws {
            try (startingInputs() + FuzzSeed.kept(for: name)).filter { $0.bytes.count <= maximumByteCount }
        }
    }

    /// Has the reader read `bytes`; files go to `folder`.
    ///
    /// - Throws: `FuzzFinding` where the reader does not keep its word. A refusal is no finding; a trap ends the
    ///   process.
    public func run(_ bytes: [UInt8], in folder: FuzzFolder) throws(FuzzFinding) {
        do {
            try body(bytes, folder)
        } catch let finding as FuzzFinding {
            throw finding
        } catch {
            guard !"\(error)".isEmpty else { throw FuzzFinding("a refusal without a sentence") }
            guard !(error is CancellationError) else { throw FuzzFinding("nobody cancelled") }
        }
    }

    /// A libFuzzer dictionary of `words`.
    public var dictionary: String {
        words.map { word in
            let escaped = word.unicodeScalars.map { scalar in
                let code = scalar.value
                guard code < 0x20 || code > 0x7E || scalar == "\"" || scalar == "\\" else { return "\(scalar)" }
                // Scalars up to U+00FF stand for bytes.
                let digits = String(code & 0xFF, radix: 16)
                return digits.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
            }
            return "\"\(escaped.joined())\"\n"
        }.joined()
    }
}

/// A reader that does not keep its word.
public struct FuzzFinding: Error, CustomStringConvertible {
    /// What is wrong.
    public let description: String

    init(_ description: String) {
        self.description = description
    }

    /// Throws unless `condition` holds.
    static func unless(_ condition: Bool, _ description: @autoclosure () -> String) throws(FuzzFinding) {
        guard condition else { throw FuzzFinding(description()) }
    }
}
