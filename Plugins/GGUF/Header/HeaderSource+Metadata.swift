internal import CFocusPlugin

/// Values of metadata become text.
extension HeaderSource {
    /// Reads the value of `key`, whose type comes first.
    mutating func value(of key: [UInt8]) throws(GGUFError) -> MetadataText {
        let value = try unboundedValue(of: key)
        try requireBudget(for: value.text, key)
        textBudget -= value.text.count
        return value
    }

    /// Throws where `text`, or what there is of it, is more than metadata may be.
    private func requireBudget(for text: [UInt8], _ key: [UInt8]) throws(GGUFError) {
        guard text.count > textBudget else { return }
        throw GGUFError(
            FOCUS_ERROR_UNSUPPORTED,
            "metadata up to \(quoted(key)) are more than \(WellKnown.maximumTextByteCount) bytes as text: it is "
                + "damaged, or no model",
            byteOffset: position)
    }

    private mutating func unboundedValue(of key: [UInt8]) throws(GGUFError) -> MetadataText {
        let type = try metadataType(key)
        var text: [UInt8] = []
        switch type {
        case .array: return try array(key)
        case .string:
            let string = try string("the value of \(quoted(key))")
            guard MetadataText.isText(string) else {
                MetadataText.appendHexadecimal(string, into: &text)
                return MetadataText(text: text, type: MetadataText.hex)
            }
            return MetadataText(text: string, type: type.name)
        default:
            try scalar(type, key, into: &text)
            return MetadataText(text: text, type: type.name)
        }
    }

    private mutating func metadataType(_ key: [UInt8]) throws(GGUFError) -> MetadataType {
        let code = try number(UInt32.self, "the type of \(quoted(key))")
        guard let type = MetadataType(rawValue: code) else {
            throw GGUFError(
                FOCUS_ERROR_INVALID_HEADER,
                "the value of \(quoted(key)) has type \(code), but types end with 12: it is damaged",
                byteOffset: position - 4)
        }
        return type
    }

    private mutating func array(_ key: [UInt8]) throws(GGUFError) -> MetadataText {
        let start = position
        var text: [UInt8] = []
        if let type = try array(key, depth: 1, hexadecimal: false, into: &text) {
            return MetadataText(text: text, type: type)
        }
        // A string that is no text: all strings of this array are shown by their bytes.
        rewind(to: start)
        text.removeAll()
        let type = try array(key, depth: 1, hexadecimal: true, into: &text) ?? ""
        return MetadataText(text: text, type: type)
    }

    /// Reads an array after its own type.
    ///
    /// - Returns: the type of the array; nil where a string is no text and strings are not shown by their bytes.
    private mutating func array(
        _ key: [UInt8], depth: Int, hexadecimal: Bool, into text: inout [UInt8]
    ) throws(GGUFError) -> String? {
        guard depth <= MetadataType.maximumDepth else {
            throw GGUFError(
                FOCUS_ERROR_UNSUPPORTED,
                "the value of \(quoted(key)) has arrays in arrays, more than \(MetadataType.maximumDepth) deep: it is "
                    + "damaged",
                byteOffset: position)
        }
        let type = try metadataType(key)
        let count = try number(UInt64.self, "the array of \(quoted(key))")
        try require(count, of: type.minimumByteCount, "the array of \(quoted(key))")
        var inner: String?
        text.append(UInt8(ascii: "["))
        for index in 0..<count {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            try requireBudget(for: text, key)
            switch type {
            case .array:
                guard let found = try array(key, depth: depth + 1, hexadecimal: hexadecimal, into: &text) else {
                    return nil
                }
                // Arrays of different types have no name; what is told is that they are arrays.
                inner = inner == nil || inner == found ? found : type.name
            case .string:
                let string = try string("a string of \(quoted(key))")
                if hexadecimal {
                    text.append(UInt8(ascii: "\""))
                    MetadataText.appendHexadecimal(string, into: &text)
                    text.append(UInt8(ascii: "\""))
                } else {
                    guard MetadataText.isText(string) else { return nil }
                    MetadataText.quote(string, into: &text)
                }
            default: try scalar(type, key, into: &text)
            }
        }
        text.append(UInt8(ascii: "]"))
        return "[\(inner ?? (type == .string && hexadecimal ? MetadataText.hex : type.name))]"
    }

    private mutating func scalar(_ type: MetadataType, _ key: [UInt8], into text: inout [UInt8]) throws(GGUFError) {
        func what() -> String { "the value of \(quoted(key))" }
        switch type {
        case .u8: text.append(contentsOf: "\(try number(UInt8.self, what()))".utf8)
        case .i8: text.append(contentsOf: "\(try number(Int8.self, what()))".utf8)
        case .u16: text.append(contentsOf: "\(try number(UInt16.self, what()))".utf8)
        case .i16: text.append(contentsOf: "\(try number(Int16.self, what()))".utf8)
        case .u32: text.append(contentsOf: "\(try number(UInt32.self, what()))".utf8)
        case .i32: text.append(contentsOf: "\(try number(Int32.self, what()))".utf8)
        case .u64: text.append(contentsOf: "\(try number(UInt64.self, what()))".utf8)
        case .i64: text.append(contentsOf: "\(try number(Int64.self, what()))".utf8)
        case .f32: float(MetadataText.decimals(Float(bitPattern: try number(UInt32.self, what()))), into: &text)
        case .f64: float(MetadataText.decimals(Double(bitPattern: try number(UInt64.self, what()))), into: &text)
        case .bool:
            let byte = try number(UInt8.self, what())
            guard byte <= 1 else {
                throw GGUFError(
                    FOCUS_ERROR_INVALID_HEADER, "\(what()) is a truth value of \(byte), not 0 or 1: it is damaged",
                    byteOffset: position - 1)
            }
            text.append(contentsOf: (byte == 1 ? "true" : "false").utf8)
        case .string, .array: break
        }
    }

    /// JSON has no infinities and no NaN: in arrays they are in quotation marks.
    private func float(_ number: String, into text: inout [UInt8]) {
        let isNumber = !number.utf8.contains(UInt8(ascii: "n"))
        if isNumber || text.isEmpty {
            text.append(contentsOf: number.utf8)
        } else {
            MetadataText.quote(Array(number.utf8), into: &text)
        }
    }
}
