public import SystemPackage

/// An open source of tensors. Its header has been checked as a whole before anybody holds it.
public protocol TensorReader: Sendable {
    /// The tensors, in file order; names are unique.
    var tensors: [TensorDescriptor] { get }
    /// What the file says beside its tensors.
    var metadata: [String: String] { get }
    /// The files that hold the tensors, where there are several or they are not what was opened; none where it is that
    /// one file.
    var parts: [FilePath] { get }

    /// The files that an index ties together, each with its tensors; none where what was opened is no index.
    var shards: [TensorShard] { get }
    /// The size in bytes of all tensors, as an index says; nil where it does not, or where there is none.
    var indexedByteCount: Int? { get }

    /// The text of the index for the same tensors in the same shards, but with `byteCount` bytes and `elementCount`
    /// elements in all; empty where there are no shards.
    func rewrittenIndex(byteCount: Int, elementCount: Int) -> [UInt8]

    /// What the file holds that is no tensor and is left out, or what else is odd about it, a sentence each.
    var notes: [String] { get }

    /// What the file says of single tensors and of what holds them, beside `metadata`: by path and name, as text or a
    /// digest of it, so that two files can be compared.
    ///
    /// - Throws: `FormatError` where the file is damaged in what it says of them.
    func details() throws(FormatError) -> [String: String]

    /// Whether a range of the contents of `tensor` is read without reading what is before it: whoever wants many small
    /// ones asks.
    func readsAnywhere(_ tensor: TensorDescriptor) -> Bool

    /// Whether `read` unpacks contents of `tensor` on several threads at once: whoever reads several tensors side by
    /// side asks.
    func unpacksOnThreads(_ tensor: TensorDescriptor) -> Bool

    /// Whether a read of all of `tensor` at once compares it with a checksum, which reads of its parts do not.
    func checksWhole(_ tensor: TensorDescriptor) -> Bool

    /// What the file calls the elements of `tensor`, where none of our types is quite that: `Q4_K`; nil where there is
    /// no more to say.
    func storedType(of tensor: TensorDescriptor) -> String?

    /// Lends the bytes `range` of the contents of `tensor` to `body`, in order, in as many spans as the format likes.
    /// Each of them but the last has a multiple of 64 bytes, so that no element is cut where `range` begins at one. An
    /// empty range calls `body` once or not at all.
    ///
    /// May be called from several threads at once.
    ///
    /// - Throws: `FormatError` where there is no such tensor or its contents cannot be read, and whatever `body`
    ///   throws.
    func read(
        _ tensor: TensorDescriptor, bytes range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError)
}

extension TensorReader {
    /// None: the default of formats of single files.
    public var parts: [FilePath] {
        []
    }

    /// None: the default of formats without shards.
    public var shards: [TensorShard] {
        []
    }

    /// Unknown: the default of formats without shards.
    public var indexedByteCount: Int? {
        nil
    }

    /// Empty: the default of formats without shards.
    public func rewrittenIndex(byteCount: Int, elementCount: Int) -> [UInt8] {
        []
    }

    /// None: the default.
    public var notes: [String] {
        []
    }

    /// None: the default.
    ///
    /// - Throws: nothing.
    public func details() throws(FormatError) -> [String: String] {
        [:]
    }

    /// Yes: the default, for contents that lie in the file as they are.
    public func readsAnywhere(_ tensor: TensorDescriptor) -> Bool {
        true
    }

    /// No: the default.
    public func unpacksOnThreads(_ tensor: TensorDescriptor) -> Bool {
        false
    }

    /// No: the default.
    public func checksWhole(_ tensor: TensorDescriptor) -> Bool {
        false
    }

    /// Nothing more to say: the default.
    public func storedType(of tensor: TensorDescriptor) -> String? {
        nil
    }

    /// The tensor named `name`, or nil.
    ///
    /// - Complexity: linear in the number of tensors.
    public func tensor(named name: TensorName) -> TensorDescriptor? {
        tensors.first { $0.name == name }
    }

    /// Lends all bytes of `tensor`, as `read(_:bytes:_:)` does.
    ///
    /// - Throws: `FormatError` where there is no such tensor or its contents cannot be read, and whatever `body`
    ///   throws.
    public func read(
        _ tensor: TensorDescriptor, _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        try read(tensor, bytes: 0..<tensor.byteCount, body)
    }

    /// A copy of all bytes of `tensor`; for tensors that fit in memory.
    ///
    /// - Throws: `FormatError` where there is no such tensor or its contents cannot be read.
    public func bytes(of tensor: TensorDescriptor) throws(FormatError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(tensor.byteCount)
        try read(tensor) { (span: RawSpan) throws(FormatError) in
            unsafe span.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}
