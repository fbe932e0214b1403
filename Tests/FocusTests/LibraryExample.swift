import Focus
import FocusEngine
import Glibc
import SystemPackage
import TestSupport
import Testing

// What stands between the two marks is the example of docs/library.md, line for line.
private func example() throws {
    // Example begins
    var options = SpecializationOptions(checkpoint: "source", tokenizer: "target")
    options.rows = .vectors("auxiliary.npy")  // or text: .trained(on: ["german.txt"])

    let job = try Specialization(options)  // everything is opened and checked, nothing is written
    for tensor in try job.preview().tensors {
        print(tensor.name, tensor.oldShape, "becomes", tensor.newShape)
    }

    let plan = try job.makePlan()  // which rows are copied, combined from which anchors, sampled
    print(plan.summary.copied, "copied,", plan.summary.combined, "combined,", plan.summary.sampled, "sampled")

    try job.write(plan, to: .init(folder: "specialised"))  // a folder that transformers loads
    // Example ends
}

@Suite struct `The page on the library` {
    @Test func `shows an example that runs`() throws {
        let golden = GoldenCase.all[9]
        let place = try TemporaryFolder()
        try golden.prepare(in: place)
        // The example has relative paths; no other test has.
        #expect(unsafe chdir(place.path.string) == 0)
        try example()
        #expect(place.entries(of: "specialised").contains("model.safetensors"))
    }

    @Test func `shows the example that is tested`() throws {
        let root = Fixture.folder.removingLastComponent().removingLastComponent()
        func text(_ name: String) throws -> [Substring] {
            let file = try Fixture.contents(of: root.appending(name))
            return String(decoding: file, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        }
        let source = try text("Tests/FocusTests/LibraryExample.swift")
        let begin = try #require(source.firstIndex { $0.hasSuffix("// Example begins") })
        let end = try #require(source.firstIndex { $0.hasSuffix("// Example ends") })
        let tested = source[(begin + 1)..<end].map { $0.isEmpty ? "" : $0.dropFirst(4) }
        let page = try text("docs/library.md")
        let start = try #require(page.firstIndex(of: "import Focus"))
        let shown = page[start...].prefix { $0 != "```" }
        #expect(shown.filter { !$0.hasPrefix("import ") }.drop { $0.isEmpty } == tested[...])
    }
}
