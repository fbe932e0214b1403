internal import CFocusPlugin

/// What a file says before its contents, checked as a whole.
struct GGUFHeader {
    /// Keys and values, in the order of the file.
    private(set) var metadata: [(key: [UInt8], value: MetadataText)] = []
    /// In the order in which their contents lie in the file.
    private(set) var tensors: [TensorEntry] = []
    /// Contents begin at multiples of it.
    private(set) var alignment = WellKnown.alignment

    /// Reads the header of `file`.
    init(_ file: InputFile) throws(GGUFError) {
        var source = HeaderSource(file)
        try GGUFHeader.checkVersion(&source)
        let tensorCount = try source.number(UInt64.self, "the number of tensors")
        let keyCount = try source.number(UInt64.self, "the number of keys")
        try source.require(keyCount, of: 13, "the metadata of \(keyCount) keys")
        try readMetadata(keyCount, &source)
        // A name, a number of axes, a type, a place.
        try source.require(tensorCount, of: 24, "the list of \(tensorCount) tensors")
        try readTensors(tensorCount, &source)
        try place(after: source.position, in: file.byteCount)
    }

    private static func checkVersion(_ source: inout HeaderSource) throws(GGUFError) {
        guard source.remaining >= 4 else {
            throw GGUFError(FOCUS_ERROR_UNRECOGNIZED, "has \(source.remaining) bytes, too few for a GGUF file")
        }
        let magic = try source.number(UInt32.self, "the first word")
        guard magic.littleEndianBytes == WellKnown.magic else {
            throw GGUFError(FOCUS_ERROR_UNRECOGNIZED, "does not begin with 'GGUF': it is no GGUF file", byteOffset: 0)
        }
        let version = try source.number(UInt32.self, "the version")
        switch version {
        case 2, 3: return
        case 1:
            throw GGUFError(
                FOCUS_ERROR_UNSUPPORTED,
                "is of version 1, of which there were few in 2023; 2 and 3 are read: get a newer file",
                byteOffset: 4)
        case _ where (1...255).contains(version.byteSwapped):
            throw GGUFError(
                FOCUS_ERROR_UNSUPPORTED,
                "is big endian; little endian is read: turn it with gguf-convert-endian of the Python package gguf",
                byteOffset: 4)
        default:
            throw GGUFError(
                FOCUS_ERROR_UNSUPPORTED,
                "is of version \(version); 2 and 3 are read: it is damaged, or newer than this plug-in",
                byteOffset: 4)
        }
    }

    private mutating func readMetadata(_ count: UInt64, _ source: inout HeaderSource) throws(GGUFError) {
        var keys: Set<[UInt8]> = [WellKnown.typesKey, WellKnown.blocksKey]
        for _ in 0..<count {
            let start = source.position
            let key = try source.string("a key")
            func invalid(_ message: String) -> GGUFError {
                GGUFError(
                    FOCUS_ERROR_INVALID_HEADER, "the key \(quoted(key)) \(message): it is damaged", byteOffset: start)
            }
            guard key.count <= WellKnown.maximumKeyLength else {
                throw invalid("has \(key.count) bytes, more than \(WellKnown.maximumKeyLength)")
            }
            guard MetadataText.isText(key) else { throw invalid("is no UTF-8") }
            guard keys.insert(key).inserted else {
                throw invalid("is there twice, or stands for the types of the others")
            }
            let value = try source.value(of: key)
            if key == WellKnown.alignmentKey { alignment = try GGUFHeader.alignment(value, start) }
            metadata.append((key, value))
        }
    }

    private static func alignment(_ value: MetadataText, _ start: Int) throws(GGUFError) -> Int {
        let text = String(decoding: value.text, as: UTF8.self)
        guard value.type == MetadataType.u32.name, let alignment = Int(text), alignment.nonzeroBitCount == 1 else {
            throw GGUFError(
                FOCUS_ERROR_INVALID_HEADER,
                "'general.alignment' is \(quoted(value.text)) of type \(value.type), not a power of two of type u32: "
                    + "it is damaged",
                byteOffset: start)
        }
        return alignment
    }

    private mutating func readTensors(_ count: UInt64, _ source: inout HeaderSource) throws(GGUFError) {
        var names: Set<[UInt8]> = []
        names.reserveCapacity(Int(count))
        tensors.reserveCapacity(Int(count))
        for _ in 0..<count {
            let start = source.position
            let tensor = try source.tensor(alignment: alignment)
            guard names.insert(tensor.name).inserted else {
                throw GGUFError(
                    FOCUS_ERROR_INVALID_HEADER, "tensor \(quoted(tensor.name)) is there twice: it is damaged",
                    byteOffset: start)
            }
            tensors.append(tensor)
        }
    }

    /// Puts the tensors where they are in the file, whose header ends at `end`.
    private mutating func place(after end: Int, in fileSize: Int) throws(GGUFError) {
        let start = (end + alignment - 1) & ~(alignment - 1)
        // Equal places only where all but the last are empty.
        tensors.sort { ($0.offset, $0.byteCount) < ($1.offset, $1.byteCount) }
        var previous = 0
        for index in tensors.indices {
            let tensor = tensors[index]
            guard tensor.byteCount > 0 else {
                // Nothing is nowhere, even past the end of the file.
                tensors[index].offset = min(start, fileSize)
                continue
            }
            guard tensor.offset >= previous else {
                throw GGUFError(
                    FOCUS_ERROR_INVALID_HEADER,
                    "tensor \(quoted(tensor.name)) overlaps the one before it: it is damaged")
            }
            let available = fileSize - start
            guard tensor.offset <= available, tensor.byteCount <= available - tensor.offset else {
                throw GGUFError(
                    FOCUS_ERROR_TRUNCATED,
                    "tensor \(quoted(tensor.name)) has \(tensor.byteCount) bytes from byte \(tensor.offset) of the "
                        + "contents on, but there "
                        + "are \(max(available, 0)): it was cut short; copy it again")
            }
            previous = tensor.offset + tensor.byteCount
            tensors[index].offset = start + tensor.offset
        }
    }
}

extension UInt32 {
    /// The bytes as they lie in a file.
    var littleEndianBytes: [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) }
    }
}
