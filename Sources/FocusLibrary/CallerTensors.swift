internal import CFocus
internal import TensorIO

/// Tensors that a caller lends one after the other, as a reader.
@safe struct CallerTensors: TensorReader, @unchecked Sendable {
    let tensors: [TensorDescriptor]
    let metadata: [String: String]
    private let numbers: [TensorName: Int]
    private let context: UnsafeMutableRawPointer?
    private let lend: @convention(c) (UnsafeMutableRawPointer?, UInt64) -> UnsafeRawPointer?
    private let giveBack: (@convention(c) (UnsafeMutableRawPointer?, UInt64) -> Void)?

    /// Bytes that are handed on at a time.
    static let pieceSize = 1 << 20

    /// Describes what the caller has.
    ///
    /// - Throws: `FocusError` or `FormatError` where it makes no sense.
    init(_ job: focus_write_v1) throws {
        guard let lend = unsafe job.lend else { throw Call.usage("the function that lends contents is NULL") }
        guard unsafe job.tensor_count < 1 << 24 else { throw Call.usage("there are too many tensors") }
        let given = unsafe UnsafeBufferPointer(start: job.tensors, count: Int(job.tensor_count))
        tensors = try unsafe given.map { try unsafe CallerTensors.descriptor($0) }
        try tensors.refuseRepeatedNames()
        numbers = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.name, $0) })
        metadata = try unsafe CallerTensors.settings(job.metadata, job.metadata_count, "metadata")
            .reduce(into: [:]) { $0[$1.name] = $1.value }
        unsafe context = job.context
        unsafe self.lend = lend
        unsafe giveBack = job.give_back
    }

    /// Names and values of the caller, in order.
    ///
    /// - Throws: `FocusError` where one is not UTF-8.
    static func settings(
        _ settings: UnsafePointer<focus_setting_v1>?, _ count: UInt64, _ what: String
    ) throws -> [(name: String, value: String)] {
        guard count > 0 else { return [] }
        guard let settings = unsafe settings, count < 1 << 24 else { throw Call.usage("\(what) is NULL") }
        return try (0..<Int(count)).map { index in
            let setting = unsafe settings[index]
            let name = try unsafe CallText.string(setting.name, "a name in \(what)")
            return (name, try unsafe CallText.string(setting.value, "the value of '\(name)'"))
        }
    }

    /// Options as a command takes them.
    ///
    /// - Throws: `FocusError` where one is not UTF-8.
    static func options(_ settings: UnsafePointer<focus_setting_v1>?, _ count: UInt64) throws -> [String] {
        try unsafe self.settings(settings, count, "settings")
            .map { $0.value.isEmpty ? "--\($0.name)" : "--\($0.name)=\($0.value)" }
    }

    private static func descriptor(_ tensor: focus_array_v1) throws -> TensorDescriptor {
        let name = try unsafe CallText.string(tensor.name, "the name of a tensor")
        let type = try unsafe CallText.string(tensor.type, "the type of '\(name)'")
        guard let elementType = ElementType(rawValue: type) else {
            throw Call.usage("the type of '\(name)' is '\(type)', which is none of safetensors' types")
        }
        guard unsafe tensor.rank == 0 || tensor.shape != nil, unsafe tensor.rank <= TensorDescriptor.maximumRank else {
            throw Call.usage(unsafe "the shape of '\(name)' is NULL, or has \(tensor.rank) axes")
        }
        let shape = try unsafe UnsafeBufferPointer(start: tensor.shape, count: Int(tensor.rank)).map { size in
            guard let size = Int(exactly: size) else { throw Call.usage("the shape of '\(name)' has \(size) elements") }
            return size
        }
        return try TensorDescriptor(name: TensorName(name), elementType: elementType, shape: shape)
    }

    /// Lends what the caller lends, in pieces.
    ///
    /// - Throws: `FormatError` where there is no such tensor or the caller gives up; what `body` throws.
    func read(
        _ tensor: TensorDescriptor, bytes range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        guard let number = numbers[tensor.name] else {
            throw FormatError(.missingTensor, "is not among those to write", tensor: tensor.name)
        }
        guard !range.isEmpty else { return }
        guard let elements = unsafe lend(context, UInt64(number)) else { throw FormatError(.cancelled, "cancelled") }
        defer { if let giveBack = unsafe giveBack { unsafe giveBack(context, UInt64(number)) } }
        for start in stride(from: range.lowerBound, to: range.upperBound, by: CallerTensors.pieceSize) {
            let count = min(CallerTensors.pieceSize, range.upperBound - start)
            try unsafe body(UnsafeRawBufferPointer(start: elements + start, count: count).bytes)
        }
    }
}
