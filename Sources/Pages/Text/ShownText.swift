/// Bytes of a file as a person can see them: what is invisible, breaks lines or turns the direction of text is spelled
/// out as `⟨U+202E⟩`, and bytes that are no UTF-8 as `⟨0xFF⟩`.
public struct ShownText: Sendable, Hashable, CustomStringConvertible {
    /// The text, on one line.
    public let description: String

    /// Shows `bytes`.
    ///
    /// - Parameter longest: more characters than these are cut off.
    public init(_ bytes: [UInt8], longest: Int = 240) {
        if bytes.count <= longest, bytes.allSatisfy({ (0x20..<0x7F).contains($0) }) {
            description = String(decoding: bytes, as: UTF8.self)
            return
        }
        var shown = String.UnicodeScalarView()
        var rest = bytes[...]
        // Counting what is shown takes a pass over it.
        var length = 0
        while let first = rest.first {
            guard length < longest else {
                shown.append("…")
                break
            }
            length += 1
            guard let (scalar, width) = ShownText.scalar(at: rest) else {
                shown.append(contentsOf: "⟨0x\(ShownText.hexadecimal(UInt32(first), 2))⟩".unicodeScalars)
                rest.removeFirst()
                continue
            }
            if ShownText.isSeen(scalar) {
                // A mark that has nothing to stand on would stand on what comes before the text.
                if shown.isEmpty, ShownText.isMark(scalar) { shown.append("\u{25CC}") }
                shown.append(scalar)
            } else {
                shown.append(contentsOf: "⟨U+\(ShownText.hexadecimal(scalar.value, 4))⟩".unicodeScalars)
            }
            rest.removeFirst(width)
        }
        description = String(shown)
    }

    /// Shows `text`.
    public init(_ text: String, longest: Int = 240) { self.init(Array(text.utf8), longest: longest) }

    private static func scalar(at bytes: ArraySlice<UInt8>) -> (Unicode.Scalar, Int)? {
        var iterator = bytes.prefix(4).makeIterator()
        var decoder = UTF8()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
        return (scalar, UTF8.width(scalar))
    }

    private static func isSeen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
        default: !scalar.properties.isDefaultIgnorableCodePoint && !scalar.properties.isNoncharacterCodePoint
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }

    private static func hexadecimal(_ number: UInt32, _ digits: Int) -> String {
        let text = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
