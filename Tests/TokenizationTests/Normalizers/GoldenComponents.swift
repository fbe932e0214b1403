import JSON
import TestSupport

@testable import Tokenization

/// A fixture that Scripts/make_text_fixtures.py wrote: texts or blocks of scalars, and what the reference's components
/// make of them.
struct GoldenComponents {
    let root: JSONValue

    init(_ name: String) throws {
        root = try JSONDocument(Fixture(name).bytes).root
    }

    /// The texts, as UTF-8.
    var texts: [[UInt8]] {
        root["texts"].map { $0.elements.compactMap(\.bytes) } ?? []
    }

    /// The blocks of 256 scalars.
    var blocks: [Int] {
        root["blocks"].map { $0.elements.compactMap(\.integer) } ?? []
    }

    /// The components with their outputs or hashes.
    var components: [JSONValue] {
        root["components"].map { Array($0.elements) } ?? []
    }

    /// The JSON that `value` stands for: `{"fixture": file}` is the normalizer of that tokenizer.json.
    static func resolved(_ value: JSONValue) throws -> JSONValue {
        try JSONDocument(resolved(JSONBuilder(value)).written()).root
    }

    private static func resolved(_ value: JSONBuilder) throws -> JSONBuilder {
        switch value {
        case .array(let elements):
            return .array(try elements.map { try resolved($0) })
        case .object(let members):
            if case .string(let name)? = value["fixture"] {
                let normalizer = try JSONDocument(Fixture(String(decoding: name, as: UTF8.self)).bytes).root[
                    "normalizer"]
                if let normalizer { return JSONBuilder(normalizer) }
            }
            return .object(try members.map { JSONBuilder.Member(key: $0.key, try resolved($0.value)) })
        default:
            return value
        }
    }

    /// The JSON of a component as text, for messages.
    static func text(_ value: JSONValue) -> String {
        String(decoding: JSONBuilder(value).written().prefix(300), as: UTF8.self)
    }

    /// The text "aXa " for each scalar X of a block, as UTF-8.
    static func sweep(_ block: Int) -> [UInt8] {
        var text: [UInt8] = []
        for scalar in UInt32(block << 8)..<UInt32(block << 8 + 256) {
            text.append(UInt8(ascii: "a"))
            text.append(scalar: scalar)
            text += [UInt8(ascii: "a"), 0x20]
        }
        return text
    }

    /// FNV-1a as sixteen hexadecimal digits.
    static func hash(_ bytes: [UInt8]) -> String {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
