/// One value of a document.
public struct JSONValue: Sendable {
    private let document: JSONDocument
    private let index: Int

    init(document: JSONDocument, index: Int) {
        self.document = document
        self.index = index
    }

    private var node: JSONDocument.Node {
        document.nodes[index]
    }

    /// What kind of value this is.
    public var kind: JSONDocument.Kind {
        node.kind
    }

    /// Where the value stands in the text, for messages.
    public var byteOffset: Int {
        Int(node.start)
    }

    /// Whether this is `null`.
    public var isNull: Bool {
        kind == .null
    }

    /// The boolean, or nil where this is none.
    public var boolean: Bool? {
        kind == .boolean ? document.text[Int(node.start)] == UInt8(ascii: "t") : nil
    }

    /// The number as it was written, or nil where this is none.
    public var numberText: String? {
        guard kind == .number else { return nil }
        return String(decoding: document.text[Int(node.start)..<Int(node.end)], as: UTF8.self)
    }

    /// The number as an integer; nil where this is none, has a fraction or an exponent, or does not fit.
    public var integer: Int? {
        numberText.flatMap { Int($0) }
    }

    /// The number as the nearest double, which may be NaN or infinite where `JSONLimits.allowsNonFinite`; nil where
    /// this is none.
    public var double: Double? {
        numberText.flatMap { Double($0) }
    }

    /// The bytes of the string, or nil where this is none.
    public var bytes: [UInt8]? {
        guard kind == .string else { return nil }
        guard node.count == 0 else { return JSONEscape.unescaped(document.text.span, node) }
        return Array(document.text[Int(node.start)..<Int(node.end)])
    }

    /// The string, or nil where this is none. Compare names and tokens by `bytes`, not by this.
    public var string: String? {
        bytes.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The number of elements of an array or members of an object; 0 for anything else.
    public var count: Int {
        kind == .array || kind == .object ? Int(node.count) : 0
    }

    /// The elements of an array; empty for anything else.
    public var elements: JSONElements {
        JSONElements(document: document, container: index, isPresent: kind == .array)
    }

    /// The members of an object in the order of the text; empty for anything else.
    public var members: JSONMembers {
        JSONMembers(document: document, container: index, isPresent: kind == .object)
    }

    /// The member named `key`, compared as bytes; nil where there is none.
    ///
    /// - Complexity: linear in the number of members.
    public subscript(key: String) -> JSONValue? {
        let wanted = Array(key.utf8)
        for member in members where member.key == wanted { return member.value }
        return nil
    }
}

/// The elements of an array, in order.
public struct JSONElements: Sequence, Sendable {
    fileprivate let document: JSONDocument
    fileprivate let container: Int
    fileprivate let isPresent: Bool

    init(document: JSONDocument, container: Int, isPresent: Bool) {
        self.document = document
        self.container = container
        self.isPresent = isPresent
    }

    /// Steps through the elements.
    public struct Iterator: IteratorProtocol {
        fileprivate let document: JSONDocument
        fileprivate var index: Int
        fileprivate let end: Int

        /// The next element.
        public mutating func next() -> JSONValue? {
            guard index < end else { return nil }
            defer { index = document.nodes.end(ofValueAt: index) }
            return JSONValue(document: document, index: index)
        }
    }

    /// Steps through the elements.
    public func makeIterator() -> Iterator {
        let end = isPresent ? Int(document.nodes[container].end) : container + 1
        return Iterator(document: document, index: container + 1, end: end)
    }
}

/// The members of an object, in the order of the text.
public struct JSONMembers: Sequence, Sendable {
    fileprivate let document: JSONDocument
    fileprivate let container: Int
    fileprivate let isPresent: Bool

    init(document: JSONDocument, container: Int, isPresent: Bool) {
        self.document = document
        self.container = container
        self.isPresent = isPresent
    }

    /// Steps through the members.
    public struct Iterator: IteratorProtocol {
        fileprivate let document: JSONDocument
        fileprivate var index: Int
        fileprivate let end: Int

        /// The next member; its key as bytes.
        public mutating func next() -> (key: [UInt8], value: JSONValue)? {
            guard index < end else { return nil }
            defer { index = document.nodes.end(ofValueAt: index + 1) }
            let key = JSONValue(document: document, index: index).bytes ?? []
            return (key, JSONValue(document: document, index: index + 1))
        }
    }

    /// Steps through the members.
    public func makeIterator() -> Iterator {
        let end = isPresent ? Int(document.nodes[container].end) : container + 1
        return Iterator(document: document, index: container + 1, end: end)
    }
}
