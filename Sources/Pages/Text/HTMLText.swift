public import JSON

/// A page that is being written. Markup is what this program has in its own source; everything else is escaped.
///
/// Names and markup are `StaticString`, which only a literal can make, and elements close themselves: no text of a
/// file can become markup, and no page can be left half open.
public struct HTMLText: Sendable {
    /// The page so far, UTF-8.
    public private(set) var bytes: [UInt8] = []

    /// Makes an empty page.
    public init() {}

    /// Appends text, escaped for elements and for attributes in double quotes alike.
    public mutating func text(_ text: String) {
        bytes.reserveCapacity(bytes.count + text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): append("&amp;")
            case UInt8(ascii: "<"): append("&lt;")
            case UInt8(ascii: ">"): append("&gt;")
            case UInt8(ascii: "\""): append("&quot;")
            case UInt8(ascii: "'"): append("&#39;")
            // What no page may hold, and what ends lines.
            case 0..<0x20 where byte != 0x0A, 0x7F: append("\u{FFFD}")
            default: bytes.append(byte)
            }
        }
    }

    /// Appends an element with what `body` writes in it.
    public mutating func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
        _ body: (inout HTMLText) -> Void = { _ in }
    ) {
        open(name, attributes)
        body(&self)
        append("</")
        append(name)
        append(">")
    }

    /// Appends an element with a text in it.
    public mutating func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], text: String
    ) {
        element(name, attributes) { $0.text(text) }
    }

    /// Appends an element that has no content and no end.
    public mutating func void(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:]) {
        open(name, attributes)
    }

    /// Appends an element of SVG without content.
    public mutating func shape(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>) {
        element(name, attributes)
    }

    /// Appends markup of this program.
    public mutating func markup(_ markup: StaticString) { append(markup) }

    /// Appends values for the page's script to read: JSON in which no character can end the element.
    public mutating func data(_ id: String, _ json: JSONBuilder) {
        element("script", ["type": "application/json", "id": id]) { page in
            let text = json.written()
            page.bytes.reserveCapacity(page.bytes.count + text.count)
            for byte in text {
                switch byte {
                case UInt8(ascii: "<"): page.append("\\u003c")
                case UInt8(ascii: ">"): page.append("\\u003e")
                case UInt8(ascii: "&"): page.append("\\u0026")
                default: page.bytes.append(byte)
                }
            }
        }
    }

    private mutating func open(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>) {
        append("<")
        append(name)
        for (key, value) in attributes {
            append(" ")
            append(key)
            append("=\"")
            text(value)
            append("\"")
        }
        append(">")
    }

    private mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }
}
