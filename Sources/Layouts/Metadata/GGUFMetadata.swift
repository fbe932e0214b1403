internal import JSON
internal import Replacement
internal import SystemPackage

/// What a GGUF file says beside its tensors, as the format's reader shows it: text, arrays as JSON. Nothing of it is
/// believed: what is read has the type that was asked for, or is refused by its key.
struct GGUFMetadata: Sendable {
    private let values: [String: String]
    /// The file, for sentences.
    let path: FilePath

    /// Numbers past this are no size of anything.
    static let largestSize = 1 << 31

    /// Reads from `values`, the metadata of the file at `path`.
    init(_ values: [String: String], path: FilePath) {
        self.values = values
        self.path = path
    }

    /// A sentence about the value of `key`.
    func invalid(_ key: String, _ message: String) -> FocusError {
        let value = values[key] ?? ""
        let shown = value.utf8.count > 60 ? String(decoding: value.utf8.prefix(60), as: UTF8.self) + "…" : value
        return FocusError("its metadata say '\(key)' is '\(shown)', \(message)", path: path)
    }

    /// The value of `key` as it is shown; nil where there is none.
    func text(_ key: String) -> String? {
        values[key]
    }

    /// A size: a whole number from 0 on. Where the file has one for each layer they must be equal.
    ///
    /// - Throws: `FocusError` where it is no such number, or they differ.
    func size(_ key: String) throws(FocusError) -> Int? {
        guard let text = values[key] else { return nil }
        if text.hasPrefix("[") {
            let sizes = try integers(key) ?? []
            guard let first = sizes.first, sizes.allSatisfy({ $0 == first }) else {
                throw invalid(
                    key,
                    "which differs from layer to layer: such models are not converted here, "
                        + "transformers has no class of one size for them")
            }
            return try checked(first, key)
        }
        guard let number = Int(text) else { throw invalid(key, "not a whole number: the file is damaged") }
        return try checked(number, key)
    }

    private func checked(_ number: Int, _ key: String) throws(FocusError) -> Int {
        guard (0...GGUFMetadata.largestSize).contains(number) else {
            throw invalid(key, "which no model has: the file is damaged")
        }
        return number
    }

    /// The same for a key that must be there.
    ///
    /// - Throws: `FocusError` where it is missing, or no such number.
    func required(_ key: String) throws(FocusError) -> Int {
        guard let size = try size(key), size > 0 else {
            throw FocusError(
                "its metadata lack '\(key)', or it is 0: llama.cpp cannot run such a file either, "
                    + "convert the model anew with convert_hf_to_gguf.py", path: path)
        }
        return size
    }

    /// A finite number.
    ///
    /// - Throws: `FocusError` where it is none.
    func number(_ key: String) throws(FocusError) -> Double? {
        guard let text = values[key] else { return nil }
        guard let number = Double(text), number.isFinite else {
            throw invalid(key, "not a number: the file is damaged")
        }
        return number
    }

    /// A truth value.
    ///
    /// - Throws: `FocusError` where it is none.
    func truth(_ key: String) throws(FocusError) -> Bool? {
        guard let text = values[key] else { return nil }
        guard text == "true" || text == "false" else { throw invalid(key, "neither true nor false") }
        return text == "true"
    }

    /// Strings, as UTF-8.
    ///
    /// - Throws: `FocusError` where they are none, or were no UTF-8.
    func texts(_ key: String) throws(FocusError) -> [[UInt8]]? {
        try list(key, of: "string") { $0.bytes }
    }

    /// Whole numbers.
    ///
    /// - Throws: `FocusError` where they are none.
    func integers(_ key: String) throws(FocusError) -> [Int]? {
        try list(key, of: "") { $0.integer }
    }

    /// Numbers; those that are not finite are 0.
    ///
    /// - Throws: `FocusError` where they are none.
    func numbers(_ key: String) throws(FocusError) -> [Double]? {
        try list(key, of: "") { $0.kind == .string ? 0 : $0.double }
    }

    private func list<Element>(
        _ key: String, of type: String, _ element: (JSONValue) -> Element?
    ) throws(FocusError) -> [Element]? {
        guard let text = values[key] else { return nil }
        if type == "string", try types()[key] == "[hex]" {
            throw invalid(key, "which holds strings that are no UTF-8: transformers has no way to say them")
        }
        guard let document = try? JSONDocument(Array(text.utf8)), document.root.kind == .array else {
            throw invalid(key, "not a list: the file is damaged")
        }
        var elements: [Element] = []
        elements.reserveCapacity(document.root.count)
        for value in document.root.elements {
            guard let element = element(value) else { throw invalid(key, "a list of something else: it is damaged") }
            elements.append(element)
        }
        return elements
    }

    /// The types of values that are no strings, by key.
    ///
    /// - Throws: `FocusError` where the reader said something else.
    private func types() throws(FocusError) -> [String: String] {
        guard let text = values["gguf.types"] else { return [:] }
        guard let document = try? JSONDocument(Array(text.utf8)) else { throw invalid("gguf.types", "not JSON") }
        return Dictionary(
            document.root.members.map { (String(decoding: $0.key, as: UTF8.self), $0.value.string ?? "") }
        ) { first, _ in first }
    }
}
