import JSON
import Testing

/// What RFC 8259 allows and forbids.
struct JSONParserTests {
    @Test(arguments: [
        "null", " true ", "\tfalse\r\n", "0", "-0", "12.5", "1e5", "-1.25E+10", "3e-7", "\"\"", "[]", "{}", "[ ]",
        "{ }",
        "[1,2,[3,[4]],{\"a\":[]}]", "{\"\":0}", #""\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00""#,
        "\"\u{7F}\u{10FFFF}\u{2028}\"",
        "123456789012345678901234567890", "1E400", #"{"a":1,"A":2}"#, "\u{FEFF}[1]",
    ])
    func `accepts what the standard allows`(text: String) throws {
        _ = try JSONDocument(Array(text.utf8))
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "True", "+1", "-", "01", "-01", "1.", ".5", "1e", "1e+", "0x10", "1_000", "NaN",
        "Infinity",
        "'a'", "\"", "\"a", "\"\\\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "\"\t\"", "\"\n\"", "\"\0\"", "[",
        "[1",
        "[1,", "[1,]", "[,1]", "[1 2]", "]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}",
        "{1:1}",
        "{\"a\" 1}", "{,}", "}", "[}", "{]", "1 2", "[] []", "// comment\n1", "[1/**/]", "\u{FEFF}\u{FEFF}1", "\u{A0}1",
        #""\uD800""#, #""\uDC00""#, #""\uD800\uD800""#, #""\uD800x""#, #""\uDE00\uD83D""#, "\"\\u\u{FF11}234\"", "-a",
        "1.e5",
    ])
    func `refuses what the standard forbids`(text: String) {
        #expect(throws: JSONError.self) { try JSONDocument(Array(text.utf8)) }
    }

    @Test(arguments: ["NaN", "Infinity", "-Infinity", "[0.0, Infinity]", "{\"a\":[-Infinity,NaN]}"])
    func `words of Python that are no finite numbers count where they are asked for, and stay as spelled`(text: String)
        throws
    {
        #expect(throws: JSONError.self) { try JSONDocument(Array(text.utf8)) }
        let root = try JSONDocument(Array(text.utf8), limits: .configuration).root
        let spelled = text.filter { $0 != " " }
        #expect(String(decoding: JSONBuilder(root).written(), as: UTF8.self) == spelled)
        #expect(root.integer == nil)
        #expect(root.kind != .number || root.double?.isFinite == false)
    }

    @Test(arguments: [
        "nan", "NAN", "Inf", "infinity", "+Infinity", "-NaN", "Infinit", "NaN1", "-", "-I", "--Infinity", "\"a\":NaN",
    ])
    func `other spellings of numbers that are not finite are errors`(text: String) {
        #expect(throws: JSONError.self) { try JSONDocument(Array(text.utf8), limits: .configuration) }
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
            [0xED, 0xBF, 0xBF],
            [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
            [0xFF],
            [0xFE], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xE2, 0x28, 0xA1], [0xF0, 0x9F, 0x28, 0x80],
        ] as [[UInt8]])
    func `refuses bytes that are not UTF-8 and says where`(bytes: [UInt8]) {
        let error = #expect(throws: JSONError.self) { try JSONDocument([0x22, 0x61] + bytes + [0x22]) }
        #expect(error?.byteOffset == 2)
        #expect(throws: JSONError.self) { try JSONDocument([0x22] + bytes) }
        #expect(throws: JSONError.self) { try JSONDocument(bytes) }
    }

    @Test func `escapes stand for the scalars they name`() throws {
        let text = #""\"\\\/\b\f\n\r\t\u0000\u00e9\u20AC\uD83D\uDE00\uDBFF\uDFFF""#
        let expected = "\"\\/\u{8}\u{C}\n\r\t\0\u{E9}\u{20AC}\u{1F600}\u{10FFFF}"
        #expect(try JSONDocument(Array(text.utf8)).root.bytes == Array(expected.utf8))
    }

    @Test(arguments: [1, 16, 128])
    func `nests to its limit and no deeper`(depth: Int) throws {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let limits = JSONLimits(depth: depth)
            let deepest = String(repeating: open, count: depth) + "0" + String(repeating: close, count: depth)
            _ = try JSONDocument(Array(deepest.utf8), limits: limits)
            #expect(throws: JSONError.self) { try JSONDocument(Array((open + deepest + close).utf8), limits: limits) }
        }
        #expect(throws: JSONError.self) {
            try JSONDocument(Array(repeating: UInt8(ascii: "["), count: 1_000_000), limits: JSONLimits(depth: depth))
        }
    }

    @Test func `holds no more values than its limit`() throws {
        _ = try JSONDocument(Array("[1,2,3]".utf8), limits: JSONLimits(nodes: 4))
        #expect(throws: JSONError.self) { try JSONDocument(Array("[1,2,3]".utf8), limits: JSONLimits(nodes: 3)) }
    }

    @Test(arguments: [
        (#"{"a":1,"b":2,"a":3}"#, 14), (#"{"a":1,"\u0061":3}"#, 8), (#"{"\uD83D\uDE00":1,"😀":3}"#, 19),
        (#"[{"x":{"k":0,"k":0}}]"#, 14), (#"{"":1,"":2}"#, 7),
    ])
    func `refuses a key that occurs twice, however it is written`(text: String, place: Int) {
        let error = #expect(throws: JSONError.self) { try JSONDocument(Array(text.utf8)) }
        #expect(error?.byteOffset == place)
    }

    @Test func `a key that occurs twice among thousands is found`() {
        let members = (0..<5000).map { "\"key\($0)\":\($0)" }
        let text = "{" + (members + ["\"key2500\":0"]).joined(separator: ",") + "}"
        #expect(throws: JSONError.self) { try JSONDocument(Array(text.utf8)) }
        #expect(throws: Never.self) { try JSONDocument(Array(("{" + members.joined(separator: ",") + "}").utf8)) }
    }

    @Test func `keys that differ by normalisation only are different keys`() throws {
        let text = "{\"\u{E9}\":1,\"e\u{301}\":2,\"\u{212B}\":3,\"\u{C5}\":4,\"A\u{30A}\":5}"
        let root = try JSONDocument(Array(text.utf8)).root
        #expect(root.count == 5)
        #expect(root["\u{E9}"]?.integer == 1)
        #expect(root["e\u{301}"]?.integer == 2)
        #expect(root["\u{C5}"]?.integer == 4)
    }

    @Test(arguments: [
        #"{"a": [1, -2.5e+3, {"b": null, "\u00e9": "x\ud83d\ude00y"}], "c": true, "d": false, "e": {}}"#,
        "[\"\u{20AC}\u{1F600}\", [[]], \"\\\\\"]",
    ])
    func `every proper prefix of a document is an error`(text: String) throws {
        let bytes = Array(text.utf8)
        _ = try JSONDocument(bytes)
        for length in bytes.indices {
            #expect(throws: JSONError.self) { try JSONDocument(Array(bytes[..<length])) }
        }
    }

    @Test func `a flipped byte gives an error or a document, never a trap`() {
        let bytes = Array(#"{"a": [1, -2.5e+3, {"b": null, "\u00e9": "é\ud83d\ude00y"}], "c": true}"#.utf8)
        for index in bytes.indices {
            for flip in UInt8(1)...255 {
                var changed = bytes
                changed[index] ^= flip
                guard let document = try? JSONDocument(changed) else { continue }
                _ = JSONBuilder(document.root).written()
            }
        }
    }

    @Test(arguments: [
        ("[1, 2, x]", 7), ("{\"a\": 1,, }", 8), ("[\"a\nb\"]", 3), ("[1 2]", 3), ("{} {}", 3), ("[01]", 3),
    ])
    func `says at which byte it went wrong`(text: String, place: Int) {
        let error = #expect(throws: JSONError.self) { try JSONDocument(Array(text.utf8)) }
        #expect(error?.byteOffset == place)
    }
}
