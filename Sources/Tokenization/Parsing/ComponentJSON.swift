internal import JSON

/// JSON as tokenizers are written in: files, and components that a file does not describe but implies.
enum ComponentJSON {
    /// What the bytes of a file hold.
    static func root(of bytes: [UInt8]) throws(TokenizerError) -> JSONValue {
        do { return try JSONDocument(bytes).root } catch {
            throw TokenizerError(.invalid, "is not JSON, or was cut short: \(error)")
        }
    }

    /// `builder` as a value that factories read.
    static func value(_ builder: JSONBuilder) throws(TokenizerError) -> JSONValue {
        do { return try JSONDocument(builder.written()).root } catch {
            throw TokenizerError(.invalid, "a component cannot be described: \(error)")
        }
    }

    /// A component written as JSON.
    static func value(_ text: String) throws(TokenizerError) -> JSONValue {
        do { return try JSONDocument(Array(text.utf8)).root } catch {
            throw TokenizerError(.invalid, "a component cannot be described: \(error)")
        }
    }
}
