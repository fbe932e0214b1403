extension [UInt8] {
    /// The bytes of `text`.
    package init(ascii text: StaticString) {
        self = Array(text.description.utf8)
    }

    /// The unsigned number in the `count` bytes at `place`, the least significant first; the bytes must be there.
    package func number(at place: Int, _ count: Int) -> UInt64 {
        self[place..<place + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Text that a sentence can quote: without control characters, and not long.
    package var printable: String {
        let scalars = String(decoding: prefix(200), as: UTF8.self).unicodeScalars.map { scalar in
            scalar.properties.isGraphic ? scalar : "\u{FFFD}"
        }
        var text = String(String.UnicodeScalarView(scalars.prefix(100)))
        if scalars.count > 100 || count > 200 { text += "..." }
        return text
    }

    /// Whether this is well-formed UTF-8.
    package var isUTF8: Bool {
        String(validating: self, as: UTF8.self) != nil
    }
}

extension Unicode.Scalar.Properties {
    /// Whether a terminal shows it and does nothing else.
    fileprivate var isGraphic: Bool {
        switch generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: false
        default: true
        }
    }
}
