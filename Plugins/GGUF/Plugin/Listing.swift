internal import CFocusPlugin

/// What an open file says, laid out as focus reads it. Its memory is freed with it.
@safe final class Listing {
    /// The file that is listed.
    let file: OpenFile
    /// Names, keys and values, each with a zero byte at its end.
    private let texts: UnsafeMutableBufferPointer<UInt8>
    private let shapes: UnsafeMutableBufferPointer<UInt64>
    private let tensors: UnsafeMutableBufferPointer<focus_tensor_v1>
    private let metadata: UnsafeMutableBufferPointer<focus_pair_v1>
    private let parts: UnsafeMutableBufferPointer<UnsafePointer<CChar>?>

    /// Lays out what `file` says.
    init(_ file: OpenFile) {
        self.file = file
        var texts: [UInt8] = []
        func place(_ text: [UInt8]) -> Int {
            texts.append(contentsOf: text)
            texts.append(0)
            return texts.count - text.count - 1
        }
        let names = file.tensors.map { place($0.entry.name) }
        let pairs = file.metadata.map { (key: place($0.key), value: place($0.value)) }
        let partNames = file.parts.map(place)
        let placed = unsafe Listing.copy(texts)
        let shapes = unsafe Listing.copy(file.tensors.flatMap { $0.shape.map { UInt64($0) } })
        func text(_ offset: Int) -> UnsafePointer<CChar>? {
            unsafe placed.baseAddress.map { unsafe UnsafeRawPointer($0 + offset).assumingMemoryBound(to: CChar.self) }
        }
        var axis = 0
        unsafe tensors = Listing.copy(
            zip(file.tensors, names).map { tensor, name in
                var listed = unsafe focus_tensor_v1()
                unsafe listed.name = text(name)
                unsafe listed.name_length = UInt64(tensor.entry.name.count)
                unsafe listed.element_type = tensor.elementType.rawValue
                unsafe listed.rank = UInt32(tensor.shape.count)
                unsafe listed.shape = shapes.baseAddress.map { unsafe UnsafePointer($0 + axis) }
                unsafe listed.byte_count = UInt64(tensor.byteCount)
                unsafe listed.file_offset = tensor.isDequantized ? UInt64(FOCUS_NONE) : UInt64(tensor.entry.offset)
                if tensor.entry.type.elementType == nil {
                    let name = unsafe UnsafeRawPointer(tensor.entry.type.name.utf8Start)
                    unsafe listed.stored_type = name.assumingMemoryBound(to: CChar.self)
                }
                unsafe listed.part = UInt32(tensor.part)
                axis += tensor.shape.count
                return unsafe listed
            })
        unsafe metadata = Listing.copy(
            zip(file.metadata, pairs).map { pair, place in
                unsafe focus_pair_v1(
                    key: text(place.key), key_length: UInt64(pair.key.count), value: text(place.value),
                    value_length: UInt64(pair.value.count))
            })
        unsafe parts = Listing.copy(partNames.map(text))
        unsafe self.texts = unsafe placed
        unsafe self.shapes = unsafe shapes
    }

    private static func copy<Element>(_ elements: [Element]) -> UnsafeMutableBufferPointer<Element> {
        let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
        _ = unsafe buffer.initialize(from: elements)
        return unsafe buffer
    }

    /// Fills in `file`, which holds this listing until `release` is called.
    func fill(_ file: UnsafeMutablePointer<focus_file_v1>) {
        unsafe file.pointee.state = Unmanaged.passRetained(self).toOpaque()
        unsafe file.pointee.tensor_count = UInt64(tensors.count)
        unsafe file.pointee.tensors = UnsafePointer(tensors.baseAddress)
        unsafe file.pointee.metadata_count = UInt64(metadata.count)
        unsafe file.pointee.metadata = UnsafePointer(metadata.baseAddress)
        unsafe file.pointee.part_count = UInt64(parts.count)
        unsafe file.pointee.parts = UnsafePointer(parts.baseAddress)
    }

    /// The listing that `file` holds, or nil.
    static func held(by file: UnsafePointer<focus_file_v1>) -> Listing? {
        unsafe file.pointee.state.map { unsafe Unmanaged<Listing>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Lets go of the listing that `file` holds.
    static func release(_ file: UnsafeMutablePointer<focus_file_v1>) {
        guard let state = unsafe file.pointee.state else { return }
        unsafe file.pointee.state = nil
        unsafe Unmanaged<Listing>.fromOpaque(state).release()
    }

    deinit {
        unsafe texts.deallocate()
        unsafe shapes.deallocate()
        unsafe tensors.deallocate()
        unsafe metadata.deallocate()
        unsafe parts.deallocate()
    }
}
