private import CZlib
public import SystemPackage

/// A file under Tests/Fixtures; what is kept compressed is found under its own name and decompressed when read.
public struct Fixture: Sendable {
    /// The path below Tests/Fixtures, without `.gz`.
    public let name: String

    /// Names a fixture.
    public init(_ name: String) {
        self.name = name
    }

    /// The folder of all fixtures.
    public static var folder: FilePath {
        FilePath(#filePath).removingLastComponent().removingLastComponent().appending("Fixtures")
    }

    /// The contents.
    public var bytes: [UInt8] {
        get throws {
            try Fixture.contents(of: Fixture.folder.pushing(FilePath(name)))
        }
    }

    /// The contents of the file at `path`, or of the compressed one beside it.
    public static func contents(of path: FilePath) throws -> [UInt8] {
        // gzread passes through what is not compressed.
        guard let file = unsafe gzopen(path.string, "rb") ?? gzopen(path.string + ".gz", "rb") else {
            throw MissingFixture(path: path)
        }
        defer { unsafe gzclose(file) }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe gzread(file, $0.baseAddress, UInt32($0.count))
            }
            guard count >= 0 else { throw MissingFixture(path: path) }
            if count == 0 { return output }
            output.append(contentsOf: buffer[..<Int(count)])
        }
    }

    /// The lines, without their ends; a last empty one is left out.
    public var lines: [[UInt8]] {
        get throws {
            try bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init).trimmingLastEmpty
        }
    }
}

/// There is no such fixture, or it is damaged.
public struct MissingFixture: Error {
    /// What was asked for.
    public let path: FilePath
}

extension [[UInt8]] {
    fileprivate var trimmingLastEmpty: [[UInt8]] {
        last?.isEmpty == true ? Array(dropLast()) : self
    }
}
