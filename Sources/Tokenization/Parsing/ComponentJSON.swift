internal import JSON

/// Components that a file does not describe but implies, in the words of tokenizer.json.
enum ComponentJSON {
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
