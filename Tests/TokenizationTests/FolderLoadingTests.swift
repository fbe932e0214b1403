import JSON
import SystemPackage
import TestSupport
import Testing
import Vocabularies

@testable import Tokenization

/// A tokenizer folder and what transformers makes of it: `Scripts/make_loading_fixtures.py` wrote them.
struct FolderCase: Sendable, CustomTestStringConvertible {
    let name: String
    let files: [(name: String, bytes: [UInt8])]
    let texts: [[UInt8]]
    let ids: [[Int32]]
    let idsSpecial: [[Int32]]
    let count: Int

    var testDescription: String { name }

    static let all: [FolderCase] = {
        guard let document = try? JSONDocument(Fixture("loading/cases.json").bytes) else { return [] }
        return document.root.elements.map(FolderCase.init)
    }()

    private init(_ json: JSONValue) {
        func ids(_ key: String) -> [[Int32]] {
            json[key]?.elements.map { $0.elements.compactMap { $0.integer.map(Int32.init) } } ?? []
        }
        func files(_ key: String) -> [(name: String, bytes: [UInt8])] {
            json[key]?.members.map { (String(decoding: $0.key, as: UTF8.self), $0.value.bytes ?? []) } ?? []
        }
        name = json["name"]?.string ?? ""
        self.files = files("files") + files("models").map { ($0.name, Base64.decode($0.bytes) ?? []) }
        texts = json["texts"]?.elements.compactMap(\.bytes) ?? []
        self.ids = ids("ids")
        idsSpecial = ids("ids_special")
        count = json["count"]?.integer ?? 0
    }

    func load() throws -> Tokenizer {
        let folder = try TemporaryFolder()
        for file in files { try folder.write(file.name, file.bytes) }
        return try Tokenizer.load(folder.path)
    }
}

/// Folders are loaded as transformers loads them: ids, added tokens, rows.
struct FolderLoadingTests {
    @Test func `there are cases`() {
        #expect(FolderCase.all.count > 60)
    }

    @Test(arguments: FolderCase.all)
    func `a folder is loaded as transformers loads it`(folder: FolderCase) throws {
        let tokenizer = try folder.load()
        for (text, expected) in zip(folder.texts, folder.ids) {
            #expect(try tokenizer.encode(text) == expected, "\(String(decoding: text, as: UTF8.self))")
        }
        for (text, expected) in zip(folder.texts, folder.idsSpecial) {
            let found = try tokenizer.encode(text, addSpecialTokens: true)
            #expect(found == expected, "\(String(decoding: text, as: UTF8.self))")
        }
        #expect(tokenizer.vocabulary.count == folder.count)
    }

    @Test(arguments: FolderCase.all)
    func `the vocabulary alone is the same`(folder: FolderCase) throws {
        let whole = try folder.load().vocabulary
        let directory = try TemporaryFolder()
        for file in folder.files { try directory.write(file.name, file.bytes) }
        let alone = try Tokenizer.vocabulary(at: directory.path)
        #expect(alone.ids == whole.ids && alone.roles == whole.roles && alone.literalIDs == whole.literalIDs)
        #expect(alone.ids.allSatisfy { alone.text(of: $0) == whole.text(of: $0) })
        #expect(alone.roleRecord == whole.roleRecord && alone.decoding == whole.decoding)
    }
}
