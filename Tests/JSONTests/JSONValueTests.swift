import JSON
import TestSupport
import Testing

/// What values give to who reads them.
struct JSONValueTests {
    private func root(_ text: String) throws -> JSONValue {
        try JSONDocument(Array(text.utf8)).root
    }

    @Test(
        arguments: [
            ("0", 0), ("-1", -1), ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
            ("9223372036854775808", nil), ("1.0", nil), ("1e2", nil), ("\"1\"", nil), ("99999999999999999999999", nil),
        ] as [(String, Int?)])
    func `an integer is one that was written as such and fits`(text: String, value: Int?) throws {
        #expect(try root(text).integer == value)
    }

    @Test(arguments: [
        ("0.1", 0.1), ("-1e-3", -0.001), ("1e400", .infinity),
        ("-2.2250738585072014e-308", -Double.leastNormalMagnitude),
        ("123456789012345678901234567890", 123456789012345677877719597056), ("4.9e-324", Double.leastNonzeroMagnitude),
    ])
    func `a double is the nearest one`(text: String, value: Double) throws {
        #expect(try root(text).double == value)
    }

    @Test func `members and elements come in the order of the text`() throws {
        let root = try root(#"{"b":[10,[11],{"x":12}],"a":{"y":[]},"c":"d"}"#)
        #expect(root.members.map { String(decoding: $0.key, as: UTF8.self) } == ["b", "a", "c"])
        #expect(root["b"]?.elements.map(\.kind) == [.number, .array, .object])
        #expect(root["b"]?.count == 3)
        #expect(root["a"]?["y"]?.elements.map(\.kind) == [])
        #expect(root["c"]?.string == "d")
        #expect(root["d"] == nil)
        #expect(root["c"]?["d"] == nil)
        #expect(root["c"]?.count == 0)
        #expect(root["c"]?.elements.map(\.kind) == [])
    }

    @Test func `what is asked of the wrong kind is nil`() throws {
        let root = try root("[null,true,1,\"x\"]")
        let values = Array(root.elements)
        #expect(values.map(\.isNull) == [true, false, false, false])
        #expect(values.map(\.boolean) == [nil, true, nil, nil])
        #expect(values.map(\.numberText) == [nil, nil, "1", nil])
        #expect(values.map(\.bytes) == [nil, nil, nil, [0x78]])
    }

    @Test func `a document that was read is written again as Python would`() throws {
        let text =
            "{\n  \"a\": [\n    1,\n    -2.50e+3,\n    []\n  ],\n  \"\u{E9}\": {},\n  \"n\": \"l\\n\\u0001\\\"\\\\\"\n}"
        let builder = JSONBuilder(try root(text))
        #expect(String(decoding: builder.written(indentation: 2), as: UTF8.self) == text)
        #expect(
            String(decoding: builder.written(), as: UTF8.self)
                == "{\"a\":[1,-2.50e+3,[]],\"\u{E9}\":{},\"n\":\"l\\n\\u0001\\\"\\\\\"}")
    }

    @Test func `every scalar below 0x3000 survives being written and read`() throws {
        var text = ""
        for value in UInt32(0)..<0x3000 { UnicodeScalar(value).map { text.unicodeScalars.append($0) } }
        let written = JSONBuilder.text(text).written()
        #expect(try JSONDocument(written).root.bytes == Array(text.utf8))
    }

    @Test func `a member is set, changed and removed where it stands`() {
        var object = JSONBuilder.object([.init("a", .integer(1)), .init("b", .integer(2))])
        object["a"] = .text("x")
        object["c"] = .double(0.5)
        object["b"] = nil
        #expect(String(decoding: object.written(), as: UTF8.self) == #"{"a":"x","c":0.5}"#)
        #expect(JSONBuilder.double(.nan) == .null)
    }

    @Test(arguments: ["source", "target-unigram", "target-bpe", "target-wordpiece"])
    func `real tokenizer files are read and written without change of meaning`(name: String) throws {
        let bytes = try Fixture("golden/tokenizers/\(name)/tokenizer.json").bytes
        let first = JSONBuilder(try JSONDocument(bytes).root)
        let second = JSONBuilder(try JSONDocument(first.written(indentation: 1)).root)
        #expect(first == second)
    }
}
