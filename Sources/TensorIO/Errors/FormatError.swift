public import SystemPackage

/// Why tensors could not be read or written: one sentence, and where.
public struct FormatError: Error, Hashable, Sendable {
    /// The kinds of failure; open, so that formats of others can add theirs.
    public struct Code: Hashable, Sendable {
        /// A stable identifier.
        public let rawValue: String

        /// Makes a code.
        public init(_ rawValue: String) {
            self.rawValue = rawValue
        }

        /// The operating system refused.
        public static let system = Code("system")
        /// The file is not of this format, or of no known one.
        public static let unrecognized = Code("unrecognized")
        /// The file ends before what its header promises.
        public static let truncated = Code("truncated")
        /// The header contradicts itself or the file.
        public static let invalidHeader = Code("invalid-header")
        /// A tensor's description is impossible.
        public static let invalidTensor = Code("invalid-tensor")
        /// The file needs something that is not supported.
        public static let unsupported = Code("unsupported")
        /// A tensor that was asked for is not there.
        public static let missingTensor = Code("missing-tensor")
        /// The destination exists and was not to be replaced.
        public static let destinationExists = Code("destination-exists")
        /// The work was cancelled.
        public static let cancelled = Code("cancelled")
    }

    /// What kind of failure this is.
    public let code: Code
    /// What was found, what was expected, and the cure; without the file's and the tensor's name.
    public let message: String
    /// The file.
    public var path: FilePath?
    /// The tensor.
    public var tensor: TensorName?
    /// The offset in the file of the first byte that is wrong.
    public var byteOffset: Int?
    /// Who says so, where that is not this package: `says the plug-in 'toy'`.
    public var witness: String?

    /// Makes an error.
    public init(
        _ code: Code, _ message: String, path: FilePath? = nil, tensor: TensorName? = nil, byteOffset: Int? = nil
    ) {
        self.code = code
        self.message = message
        self.path = path
        self.tensor = tensor
        self.byteOffset = byteOffset
    }

    /// The same error with the file named, where it was not.
    public func at(_ path: FilePath) -> FormatError {
        var error = self
        error.path = error.path ?? path
        return error
    }
}

extension FormatError {
    /// The file at `path` has no tensor of that name and size.
    public static func missingTensor(_ name: TensorName, in path: FilePath) -> FormatError {
        FormatError(.missingTensor, "there is no such tensor in this file", path: path, tensor: name)
    }
}

extension FormatError: CustomStringConvertible {
    /// One sentence: file, tensor, what is wrong, byte, and who says so.
    public var description: String {
        let place = [path.map { "'\($0)'" }, tensor.map { "tensor '\($0)'" }].compactMap { $0 }.joined(separator: ": ")
        let remarks = [byteOffset.map { "byte \($0)" }, witness].compactMap { $0 }.joined(separator: ", ")
        let end = remarks.isEmpty ? "" : " (\(remarks))"
        return place.isEmpty ? message + end : "\(place): \(message)\(end)"
    }
}
