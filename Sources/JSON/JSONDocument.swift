/// A parsed JSON text: its bytes, and a flat list of the values in it, in order.
///
/// Strings are bytes: keys that differ only by Unicode normalisation stay apart, and a key that occurs twice in one
/// object is an error. Memory is 16 bytes a value beside the text, which bounds it by the size of the file.
public struct JSONDocument: Sendable {
    /// What kind of value a node is.
    public enum Kind: UInt8, Sendable {
        /// `null`
        case null
        /// `true` or `false`
        case boolean
        /// A number, kept as it was written.
        case number
        /// A string.
        case string
        /// `[...]`
        case array
        /// `{...}`
        case object
    }

    /// One value. Scalars and strings hold their bytes' range; containers hold their extent in the list of nodes.
    struct Node: Sendable {
        /// First byte (inside the quotes for a string), or the container's first byte.
        var start: UInt32
        /// One past the last byte for scalars; for containers the index one past its last descendant.
        var end: UInt32
        /// Number of elements or members; for strings 1 when the text has escapes.
        var count: UInt32
        var kind: Kind
    }

    /// What every value of the document refers to: one reference, so that handing values around costs little.
    private final class Contents: Sendable {
        let text: [UInt8]
        let nodes: [Node]

        init(_ text: [UInt8], _ nodes: [Node]) {
            self.text = text
            self.nodes = nodes
        }
    }

    private let contents: Contents

    var text: [UInt8] { contents.text }
    var nodes: [Node] { contents.nodes }

    /// Parses `text`, which must be one JSON value in UTF-8; a byte order mark before it is skipped.
    ///
    /// - Throws: `JSONError` with the byte, where the text is not JSON, is nested too deeply, or has a key twice.
    public init(_ text: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
        guard text.count < Int(UInt32.max) else {
            throw JSONError("the JSON text has \(text.count) bytes, 4 GiB or more", byteOffset: 0)
        }
        var parser = JSONParser(limits: limits)
        try parser.parse(text.span)
        contents = Contents(text, parser.nodes)
    }

    /// The outermost value.
    public var root: JSONValue {
        JSONValue(document: self, index: 0)
    }
}
