internal import CFocusPlugin

/// What is to be written, without contents.
struct WriteJob {
    /// Keys and values, in the order in which they were given.
    let metadata: [(key: [UInt8], value: [UInt8])]
    /// Places are counted from where all contents begin.
    let tensors: [TensorEntry]
    /// Contents begin at multiples of it.
    let alignment: Int
    /// The types of values that are no strings, by key.
    private let types: [[UInt8]: String]

    /// Checks that all of it can be written.
    init(_ job: UnsafePointer<focus_job_v1>) throws(GGUFError) {
        let job = unsafe job.pointee
        let pairs = unsafe pairs(job.metadata, job.metadata_count)
        types = try WriteJob.names(pairs.first { $0.key == WellKnown.typesKey }?.value, WellKnown.typesKey)
        var blocks = try WriteJob.names(pairs.first { $0.key == WellKnown.blocksKey }?.value, WellKnown.blocksKey)
        metadata = pairs.filter { $0.key != WellKnown.typesKey && $0.key != WellKnown.blocksKey }
        if let long = metadata.first(where: { $0.key.count > WellKnown.maximumKeyLength }) {
            throw GGUFError(
                FOCUS_ERROR_UNSUPPORTED,
                "the key \(quoted(long.key)) has \(long.key.count) bytes; keys end with \(WellKnown.maximumKeyLength): "
                    + "shorten it"
            )
        }
        alignment = try WriteJob.alignment(metadata.first { $0.key == WellKnown.alignmentKey }?.value)
        var entries: [TensorEntry] = []
        var end = 0
        for index in unsafe 0..<Int(clamping: job.tensor_count) {
            do throws(GGUFError) {
                var entry = try unsafe WriteJob.entry(job.tensors[index], &blocks)
                entry.offset = end
                end = try WriteJob.end(of: entry, alignment)
                entries.append(entry)
            } catch {
                throw error.about(tensor: index)
            }
        }
        tensors = entries
        if let missing = blocks.keys.min(by: { $0.lexicographicallyPrecedes($1) }) {
            throw GGUFError(
                FOCUS_ERROR_UNSUPPORTED,
                "'gguf.blocks' names the tensor \(quoted(missing)), which is not written: take it out")
        }
    }

    /// The object of strings that `text`, the value of `key`, is.
    private static func names(_ text: [UInt8]?, _ key: [UInt8]) throws(GGUFError) -> [[UInt8]: String] {
        guard let text else { return [:] }
        var names: [[UInt8]: String] = [:]
        var scanner = TextScanner(text, of: key)
        try scanner.forEachItem("{", "}") { (scanner) throws(GGUFError) in
            let name = try scanner.string()
            guard scanner.take(":") else { throw scanner.expected("':'") }
            names[name] = String(decoding: try scanner.string(), as: UTF8.self)
        }
        try scanner.end()
        return names
    }

    private static func alignment(_ text: [UInt8]?) throws(GGUFError) -> Int {
        guard let text else { return WellKnown.alignment }
        guard let alignment = Int(String(decoding: text, as: UTF8.self)), alignment.nonzeroBitCount == 1,
            (8...WellKnown.maximumAlignment).contains(alignment)
        else {
            throw GGUFError(
                FOCUS_ERROR_UNSUPPORTED,
                "'general.alignment' is \(quoted(text)), not a power of two from 8 to \(WellKnown.maximumAlignment): "
                    + "correct it, or "
                    + "leave it out for \(WellKnown.alignment)")
        }
        return alignment
    }

    private static func entry(
        _ tensor: focus_tensor_v1, _ blocks: inout [[UInt8]: String]
    ) throws(GGUFError) -> TensorEntry {
        let name = unsafe bytes(tensor.name, tensor.name_length)
        func refused(_ message: String) -> GGUFError { GGUFError(FOCUS_ERROR_UNSUPPORTED, message) }
        guard name.count <= WellKnown.maximumNameLength else {
            throw refused(
                "has a name of \(name.count) bytes; ggml reads names of up to \(WellKnown.maximumNameLength): give it "
                    + "a shorter one"
            )
        }
        guard unsafe tensor.rank <= UInt32(WellKnown.maximumRank) else {
            throw unsafe refused(
                "has \(tensor.rank) axes; ggml reads tensors of up to \(WellKnown.maximumRank): give it another shape")
        }
        let stored = blocks.removeValue(forKey: name)
        if let stored { return try unsafe WriteJob.blocks(tensor, name, stored) }
        guard let type = unsafe GGMLType.type(of: tensor.element_type) else {
            throw refused("has elements that ggml has no type for: convert them to one of those that can be written")
        }
        let shape = unsafe UnsafeBufferPointer(start: tensor.shape, count: Int(tensor.rank)).map { Int(clamping: $0) }
        guard let byteCount = TensorEntry.byteCount(type, shape), unsafe UInt64(byteCount) == tensor.byte_count else {
            throw refused("has shape \(shape), which is not its size")
        }
        return TensorEntry(name: name, type: type, shape: shape, byteCount: byteCount, offset: 0)
    }

    /// A tensor of bytes that are blocks of the type `stored`: its last axis counts bytes.
    private static func blocks(
        _ tensor: focus_tensor_v1, _ name: [UInt8], _ stored: String
    ) throws(GGUFError) -> TensorEntry {
        var shape = unsafe UnsafeBufferPointer(start: tensor.shape, count: Int(tensor.rank)).map { Int(clamping: $0) }
        guard let type = GGMLType.blocks(named: stored), unsafe tensor.element_type == FOCUS_I8.rawValue,
            let bytes = shape.last, bytes % type.byteCount == 0
        else {
            throw GGUFError(
                FOCUS_ERROR_UNSUPPORTED,
                "is no rows of bytes (I8) that are whole blocks of \(stored), as 'gguf.blocks' says: correct it")
        }
        shape[shape.count - 1] = bytes / type.byteCount * type.blockSize
        guard let byteCount = TensorEntry.byteCount(type, shape), unsafe UInt64(byteCount) == tensor.byte_count else {
            throw GGUFError(FOCUS_ERROR_UNSUPPORTED, "has shape \(shape), which is not its size")
        }
        return TensorEntry(name: name, type: type, shape: shape, byteCount: byteCount, offset: 0)
    }

    /// Where the next tensor begins.
    private static func end(of entry: TensorEntry, _ alignment: Int) throws(GGUFError) -> Int {
        let (end, overflow) = entry.offset.addingReportingOverflow(entry.byteCount)
        guard !overflow, end <= Int.max - alignment else {
            throw GGUFError(FOCUS_ERROR_UNSUPPORTED, "ends past what a file can hold: write fewer tensors")
        }
        return (end + alignment - 1) & ~(alignment - 1)
    }

    /// The bytes before the contents.
    func header() throws(GGUFError) -> [UInt8] {
        var encoder = MetadataEncoder()
        encoder.append(WellKnown.magic)
        encoder.append(WellKnown.version)
        encoder.append(UInt64(tensors.count))
        // Of parts only the first says it.
        let number = metadata.first { $0.key == SplitModel.numberKey }?.value
        let hasArchitecture =
            metadata.contains { $0.key == WellKnown.architectureKey } || number.map { $0 != Array("0".utf8) } ?? false
        encoder.append(UInt64(metadata.count + (hasArchitecture ? 0 : 1)))
        if !hasArchitecture {
            try encoder.append(key: WellKnown.architectureKey, WellKnown.noArchitecture, nil)
        }
        for (key, value) in metadata {
            let type = key == WellKnown.alignmentKey ? MetadataType.u32.name : types[key]
            try encoder.append(key: key, value, type)
        }
        for tensor in tensors {
            encoder.append(string: tensor.name)
            encoder.append(UInt32(tensor.shape.count))
            for size in tensor.shape.reversed() { encoder.append(UInt64(size)) }
            encoder.append(tensor.type.code)
            encoder.append(UInt64(tensor.offset))
        }
        return encoder.output + Array(repeating: 0, count: -encoder.output.count & (alignment - 1))
    }
}
