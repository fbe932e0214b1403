internal import CFocusPlugin

/// A model as the header hands it out: lists of C, which live as long as this does.
@safe final class OpenModel {
    private let model: TorchModel
    private let tensors: UnsafeMutableBufferPointer<focus_tensor_v1>
    private let metadata: UnsafeMutableBufferPointer<focus_pair_v1>
    private let parts: UnsafeMutableBufferPointer<UnsafePointer<CChar>?>
    /// All texts, each with a zero after it, and all shapes.
    private let texts: TextList
    private let sizes: UnsafeMutableBufferPointer<UInt64>

    init(_ model: TorchModel) {
        self.model = model
        texts = TextList(
            model.tensors.map(\.name) + model.notes.pairs.flatMap { [$0.key, $0.value] } + model.parts
                + model.tensors.map(\.storedType))
        unsafe sizes = .allocate(capacity: model.tensors.reduce(0) { $0 + $1.shape.count })
        unsafe tensors = .allocate(capacity: model.tensors.count)
        unsafe metadata = .allocate(capacity: model.notes.pairs.count)
        unsafe parts = .allocate(capacity: model.parts.count)
        var text = 0
        var firstSize = 0
        for (number, tensor) in model.tensors.enumerated() {
            for (axis, size) in tensor.shape.enumerated() {
                unsafe sizes.initializeElement(at: firstSize + axis, to: UInt64(size))
            }
            let shape = unsafe sizes.baseAddress.map { unsafe UnsafePointer($0 + firstSize) }
            let storedType = model.tensors.count + 2 * model.notes.pairs.count + model.parts.count + number
            let description = unsafe focus_tensor_v1(
                name: texts[text], name_length: UInt64(tensor.name.count), element_type: tensor.elementType,
                rank: UInt32(tensor.shape.count), shape: shape, byte_count: UInt64(tensor.byteCount),
                file_offset: tensor.isPlain ? UInt64(tensor.start) : UInt64(FOCUS_NONE),
                part: UInt32(tensor.part),
                flags: 0, stored_type: tensor.storedType.isEmpty ? nil : texts[storedType], reserved: 0)
            unsafe tensors.initializeElement(at: number, to: description)
            firstSize += tensor.shape.count
            text += 1
        }
        for (number, pair) in model.notes.pairs.enumerated() {
            unsafe metadata.initializeElement(
                at: number,
                to: focus_pair_v1(
                    key: texts[text], key_length: UInt64(pair.key.count), value: texts[text + 1],
                    value_length: UInt64(pair.value.count)))
            text += 2
        }
        for number in model.parts.indices {
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

    /// The model that `file` owns.
    static func of(_ file: UnsafePointer<focus_file_v1>) -> OpenModel? {
        guard let state = unsafe file.pointee.state else { return nil }
        return unsafe Unmanaged<OpenModel>.fromOpaque(state).takeUnretainedValue()
    }

    /// Takes from `file` what it owns.
    static func release(_ file: UnsafeMutablePointer<focus_file_v1>) {
        guard let state = unsafe file.pointee.state else { return }
        unsafe file.pointee.state = nil
        unsafe Unmanaged<OpenModel>.fromOpaque(state).release()
    }

    /// Sends the bytes `range` of tensor number `number`.
    ///
    /// - Returns: what `sink` returned where that was not FOCUS_OK, or FOCUS_OK.
    func read(_ number: UInt64, _ offset: UInt64, _ count: UInt64, to sink: focus_sink_v1) throws(Refusal) -> Int32 {
        guard number < model.tensors.count else { throw Refusal(.invalidTensor, "there is no such tensor") }
        let tensor = model.tensors[Int(number)]
        let (end, overflow) = offset.addingReportingOverflow(count)
        guard !overflow, end <= tensor.byteCount, let file = model.files[tensor.part], let send = unsafe sink.send
        else {
            throw Refusal(.invalidTensor, "has \(tensor.byteCount) bytes, not \(count) from byte \(offset) on")
        }
        return unsafe try read(tensor, Int(offset)..<Int(end), from: file) { bytes in
            unsafe send(sink.context, bytes.baseAddress, UInt64(bytes.count))
        }
    }

    private func read(
        _ tensor: StoredTensor, _ range: Range<Int>, from file: InputFile, to send: (UnsafeRawBufferPointer) -> Int32
    ) throws(Refusal) -> Int32 {
        if let widening = tensor.widening {
            let width = SinglePrecision.byteCount
            guard range.lowerBound.isMultiple(of: width), range.upperBound.isMultiple(of: width) else {
                throw Refusal(.invalidTensor, "is read by whole elements only")
            }
            let source = widening.sourceByteCount
            let stored = range.lowerBound / width * source..<range.upperBound / width * source
            return unsafe gather(tensor, stored, from: file) { bytes in
                let values = unsafe widening.values(of: bytes)
                return unsafe values.withUnsafeBytes { unsafe send($0) }
            }
        }
        return unsafe gather(tensor, range, from: file, to: send)
    }

    /// Sends the bytes `range` of `tensor`, as they are stored.
    private func gather(
        _ tensor: StoredTensor, _ range: Range<Int>, from file: InputFile, to send: (UnsafeRawBufferPointer) -> Int32
    ) -> Int32 {
        if let chunks = tensor.chunks { return unsafe chunks.gather(range, from: model.files, to: send) }
        return unsafe file.withBytes { bytes in
            let storage = unsafe UnsafeRawBufferPointer(rebasing: bytes[tensor.start...])
            guard let layout = tensor.layout else {
                return unsafe send(UnsafeRawBufferPointer(rebasing: storage[range]))
            }
            var residentByteCount = 0
            return unsafe layout.gather(range, from: storage) { piece in
                residentByteCount += piece.count
                if residentByteCount >= OpenModel.largestResident {
                    file.release()
                    residentByteCount = 0
                }
                return unsafe send(piece)
            }
        }
    }

    /// After so many bytes the pages of the file that were touched are given back.
    private static let largestResident = 1 << 24
}

extension StoredTensor {
    /// Whether its contents lie in a file as they are read.
    fileprivate var isPlain: Bool {
        layout == nil && chunks == nil && widening == nil
    }

    /// What torch calls the type, where the header has no name like it; empty where it has.
    fileprivate var storedType: [UInt8] {
        type.packedCount > 1 ? Array(type.name.utf8) : []
    }
}
