internal import CFocusPlugin

/// A model as the header hands it out: lists of C, which live as long as this does.
@safe final class Listing {
    private let model: any OpenedModel
    private let byteCounts: [Int]
    private let tensors: UnsafeMutableBufferPointer<focus_tensor_v1>
    private let metadata: UnsafeMutableBufferPointer<focus_pair_v1>
    private let parts: UnsafeMutableBufferPointer<UnsafePointer<CChar>?>
    /// All texts, each with a zero after it, and all shapes.
    private let texts: TextList
    private let sizes: UnsafeMutableBufferPointer<UInt64>

    init(_ model: any OpenedModel) {
        self.model = model
        let (listed, pairs, names) = (model.listed, model.notes.pairs, model.parts)
        byteCounts = listed.map(\.byteCount)
        texts = TextList(
            listed.map(\.name) + pairs.flatMap { [$0.key, $0.value] } + names + listed.map(\.storedType))
        unsafe sizes = .allocate(capacity: listed.reduce(0) { $0 + $1.shape.count })
        unsafe tensors = .allocate(capacity: listed.count)
        unsafe metadata = .allocate(capacity: pairs.count)
        unsafe parts = .allocate(capacity: names.count)
        var text = 0
        var firstSize = 0
        for (number, tensor) in listed.enumerated() {
            for (axis, size) in tensor.shape.enumerated() {
                unsafe sizes.initializeElement(at: firstSize + axis, to: UInt64(size))
            }
            let shape = unsafe sizes.baseAddress.map { unsafe UnsafePointer($0 + firstSize) }
            let storedType = listed.count + 2 * pairs.count + names.count + number
            let description = unsafe focus_tensor_v1(
                name: texts[text], name_length: UInt64(tensor.name.count), element_type: tensor.elementType,
                rank: UInt32(tensor.shape.count), shape: shape, byte_count: UInt64(tensor.byteCount),
                file_offset: tensor.offset.map { UInt64($0) } ?? UInt64(FOCUS_NONE),
                part: UInt32(tensor.part), flags: tensor.isSequential ? UInt32(FOCUS_TENSOR_SEQUENTIAL) : 0,
                stored_type: tensor.storedType.isEmpty ? nil : texts[storedType], reserved: 0)
            unsafe tensors.initializeElement(at: number, to: description)
            firstSize += tensor.shape.count
            text += 1
        }
        for (number, pair) in pairs.enumerated() {
            unsafe metadata.initializeElement(
                at: number,
                to: focus_pair_v1(
                    key: texts[text], key_length: UInt64(pair.key.count), value: texts[text + 1],
                    value_length: UInt64(pair.value.count)))
            text += 2
        }
        for number in names.indices {
            unsafe parts.initializeElement(at: number, to: texts[text])
            text += 1
        }
    }

    deinit {
        unsafe tensors.deallocate()
        unsafe metadata.deallocate()
        unsafe parts.deallocate()
        unsafe sizes.deallocate()
    }

    /// Fills in `file`, which then owns this until `release`.
    func fill(_ file: UnsafeMutablePointer<focus_file_v1>) {
        unsafe file.pointee.tensor_count = UInt64(tensors.count)
        unsafe file.pointee.tensors = UnsafePointer(tensors.baseAddress)
        unsafe file.pointee.metadata_count = UInt64(metadata.count)
        unsafe file.pointee.metadata = UnsafePointer(metadata.baseAddress)
        unsafe file.pointee.part_count = UInt64(parts.count)
        unsafe file.pointee.parts = UnsafePointer(parts.baseAddress)
        unsafe file.pointee.state = Unmanaged.passRetained(self).toOpaque()
    }

    /// The listing that `file` owns.
    static func of(_ file: UnsafePointer<focus_file_v1>) -> Listing? {
        guard let state = unsafe file.pointee.state else { return nil }
        return unsafe Unmanaged<Listing>.fromOpaque(state).takeUnretainedValue()
    }

    /// Takes from `file` what it owns.
    static func release(_ file: UnsafeMutablePointer<focus_file_v1>) {
        guard let state = unsafe file.pointee.state else { return }
        unsafe file.pointee.state = nil
        unsafe Unmanaged<Listing>.fromOpaque(state).release()
    }

    /// Sends `count` bytes from `offset` on of tensor number `number`.
    ///
    /// - Returns: what `sink` returned where that was not FOCUS_OK, or FOCUS_OK.
    func read(_ number: UInt64, _ offset: UInt64, _ count: UInt64, to sink: focus_sink_v1) throws(Refusal) -> Int32 {
        guard number < byteCounts.count else { throw Refusal(.invalidTensor, "there is no such tensor") }
        let byteCount = byteCounts[Int(number)]
        let (end, overflow) = offset.addingReportingOverflow(count)
        guard !overflow, end <= byteCount, let send = unsafe sink.send else {
            throw Refusal(.invalidTensor, "has \(byteCount) bytes, not \(count) from byte \(offset) on")
        }
        return unsafe try model.read(Int(number), Int(offset)..<Int(end)) { bytes in
            unsafe send(sink.context, bytes.baseAddress, UInt64(bytes.count))
        }
    }
}
