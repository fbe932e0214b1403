internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO

/// A file that says what the rows of some target tokens are: `focus specialize --rows FILE`.
///
/// As JSON it is one object. A key is a target token as its tokenizer writes it (`"Ġder"`, `"▁der"`), or `#` and an id
/// where no token reads so; a value is one of
///
///     "▁the"                            the row of a source token
///     {"token": "▁the"}                 the same
///     ["▁the", "re"]                    the plain mean of source tokens; one that is there twice counts twice
///     {"tokens": ["▁the", "re"]}        the same
///     {"text": "there"}                 the plain mean of the tokens into which the source tokenizer cuts the text
///
/// and wherever a source token is named, a number, or `"#262"` where no token reads so, is an id.
///
/// As TSV each line is a target token, what is meant (`token`, `tokens` or `text`) and one column a token, or the text;
/// a line of two columns is a target token and a source token. There are no comments and no quotation marks. Lines
/// without a character are passed over. Tokens with a tab or a line feed are named by `#` and their ids.
///
/// A file whose name ends in `.tsv` or `.txt` is TSV; any other is JSON where its first character is `{`.
struct GivenRowsFile: Sendable {
    /// The rows, in the order of the file.
    let rows: [GivenRow]

    /// A larger file is no list of rows.
    private static let mostBytes = 1 << 28
    private static let kinds = "token, tokens or text"

    /// Reads the file at `path`.
    ///
    /// - Throws: `FormatError` where it cannot be read; `FocusError` with the line where it is not as described above.
    init(_ path: FilePath) throws {
        let file = try MappedFile(path)
        guard file.byteCount <= GivenRowsFile.mostBytes else {
            throw FocusError("has \(file.byteCount) bytes, too many for a file of rows", path: path)
        }
        let bytes = file.withBytes { $0.copied }
        do {
            rows = try GivenRowsFile.isTable(path, bytes) ? GivenRowsFile.table(bytes) : GivenRowsFile.object(bytes)
        } catch let error as FocusError {
            throw FocusError(error.message, path: path)
        } catch let error as JSONError {
            throw FocusError("is not valid JSON: \(error)", path: path, cause: error)
        }
    }

    private static func isTable(_ path: FilePath, _ bytes: [UInt8]) -> Bool {
        if let ending = path.extension, ["tsv", "txt", "json"].contains(ending) { return ending != "json" }
        let white = Array(" \t\r\n".utf8)
        return withoutMark(bytes).first { !white.contains($0) } != UInt8(ascii: "{")
    }

    /// The bytes without a byte order mark before them.
    private static func withoutMark(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    }

    private static func table(_ bytes: [UInt8]) throws(FocusError) -> [GivenRow] {
        var rows: [GivenRow] = []
        let lines = withoutMark(bytes).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            guard !line.isEmpty else { continue }
            let columns = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map { Array($0) }
            guard columns.count > 1 else {
                throw FocusError(
                    "line \(index + 1): there is one column, and a target token and a source token, or \(kinds) and "
                        + "what is meant, are divided by tabs")
            }
            let value = columns.count == 2 ? .tokens([NamedToken(columns[1])]) : try value(columns, index + 1)
            rows.append(GivenRow(line: index + 1, target: NamedToken(columns[0]), value: value))
        }
        return rows
    }

    private static func value(_ columns: [[UInt8]], _ line: Int) throws(FocusError) -> GivenRow.Value {
        switch String(decoding: columns[1], as: UTF8.self) {
        case "token" where columns.count == 3: return .tokens([NamedToken(columns[2])])
        case "tokens": return .tokens(columns[2...].map(NamedToken.init))
        case "text" where columns.count == 3: return .text(columns[2])
        case "token", "text":
            throw FocusError("line \(line): there are \(columns.count) columns, and after token or text stands one")
        case let other: throw FocusError("line \(line): '\(other)' is none of \(kinds)")
        }
    }

    private static func object(_ bytes: [UInt8]) throws -> [GivenRow] {
        let root = try JSONDocument(bytes).root
        guard root.kind == .object else {
            throw FocusError("is no JSON object of target tokens and what their rows are")
        }
        var (line, place) = (1, 0)
        return try root.members.map { key, value in
            while place < value.byteOffset {
                if bytes[place] == UInt8(ascii: "\n") { line += 1 }
                place += 1
            }
            return GivenRow(line: line, target: NamedToken(key), value: try self.value(value, line))
        }
    }

    private static func value(_ value: JSONValue, _ line: Int) throws(FocusError) -> GivenRow.Value {
        guard value.kind == .object else { return .tokens(try tokens(value, line)) }
        let members = Array(value.members)
        guard members.count == 1, let (key, inner) = members.first else {
            throw FocusError("line \(line): what a row is has one name, \(kinds), and not \(members.count)")
        }
        switch String(decoding: key, as: UTF8.self) {
        case "token" where inner.kind != .array: return .tokens(try tokens(inner, line))
        case "tokens" where inner.kind == .array: return .tokens(try tokens(inner, line))
        case "text":
            if let text = inner.bytes { return .text(text) }
            throw FocusError("line \(line): 'text' is no string")
        case "token", "tokens": throw FocusError("line \(line): 'token' has one token, and 'tokens' an array of them")
        case let other: throw FocusError("line \(line): '\(other)' is none of \(kinds)")
        }
    }

    /// The tokens that a string, a number or an array of them names.
    private static func tokens(_ value: JSONValue, _ line: Int) throws(FocusError) -> [NamedToken] {
        if let name = value.bytes { return [NamedToken(name)] }
        if let id = value.integer { return [NamedToken(id: id)] }
        guard value.kind == .array else {
            throw FocusError("line \(line): a source token is named by a text or its id, a whole number")
        }
        var tokens: [NamedToken] = []
        for element in value.elements {
            guard element.kind != .array else {
                throw FocusError("line \(line): a source token is named by a text or its id, a whole number")
            }
            tokens += try self.tokens(element, line)
        }
        return tokens
    }
}
