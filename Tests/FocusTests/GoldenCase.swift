import Focus
import JSON
import NumPyFormat
import SystemPackage
import TensorIO
import TestSupport
import Testing
import Vocabularies

/// A case that the reference package has computed: `unigram-exact1-symbols0-fuzzy0`, ...
struct GoldenCase: CustomTestStringConvertible, Sendable {
    let name: String

    static let all = [
        "bpe-exact0-symbols0-fuzzy1", "bpe-exact0-symbols1-fuzzy0", "bpe-exact1-symbols0-fuzzy0",
        "bpe-exact1-symbols1-fuzzy1", "extended-exact1-symbols0-fuzzy0", "extended-exact1-symbols1-fuzzy1",
        "unigram-exact0-symbols0-fuzzy1", "unigram-exact0-symbols1-fuzzy0", "unigram-exact0-symbols1-fuzzy1",
        "unigram-exact1-symbols0-fuzzy0", "unigram-exact1-symbols0-fuzzy1", "unigram-exact1-symbols1-fuzzy0",
        "unigram-exact1-symbols1-fuzzy1", "wordpiece-exact0-symbols0-fuzzy1", "wordpiece-exact0-symbols1-fuzzy0",
        "wordpiece-exact1-symbols0-fuzzy0", "wordpiece-exact1-symbols1-fuzzy1",
    ].map(GoldenCase.init)

    var testDescription: String { name }

    private var parts: [Substring] { name.split(separator: "-") }

    /// The target tokenizer's folder among the golden tokenizers.
    var target: String { "target-\(parts[0])" }

    var options: MatchOptions {
        var options: MatchOptions = []
        if name.contains("exact1") { options.insert(.exact) }
        if name.contains("symbols1") { options.insert(.symbols) }
        if name.contains("fuzzy1") { options.insert(.fuzzy) }
        return options
    }

    /// The ids of target rows by how the reference made them.
    func rows() throws -> (copied: [Int: Int], combined: [Int], sampled: [Int]) {
        let root = try JSONDocument(Fixture("golden/focus-\(name).json").bytes).root
        var copied: [Int: Int] = [:]
        for entry in root["overlap"].map({ Array($0.elements) }) ?? [] {
            if let id = entry["id"]?.integer,
                let source = entry["source_ids"]?.elements.first(where: { _ in true })?.integer
            {
                copied[id] = source
            }
        }
        func ids(_ key: String) -> [Int] { root[key]?.elements.compactMap(\.integer) ?? [] }
        return (copied, ids("focus_rows"), ids("random_init"))
    }

    /// An f32 array among the golden files, row-major.
    static func array(_ name: String) throws -> (shape: [Int], values: [Float]) {
        let reader = try NumPyFormat().open(Fixture.folder.appending("golden").appending("\(name).npy"))
        var values: [Float] = []
        guard let tensor = reader.tensors.first else { return ([], []) }
        try reader.read(tensor) { (bytes: RawSpan) throws(FormatError) in
            ElementConversion.append(bytes, tensor.elementType, to: &values)
        }
        return (tensor.shape, values)
    }

    /// Lays out a checkpoint with the golden source embeddings, a head of its own and a bias, and the auxiliary files.
    func prepare(in place: TemporaryFolder) throws {
        let source = try GoldenCase.array("source_embeddings")
        let rows = source.shape[0]
        try place.write("source/config.json", #"{"model_type":"bert","vocab_size":\#(rows),"pad_token_id":1}"#)
        try SmallCheckpoint.write(
            [
                .init(name: "embeddings.word_embeddings.weight", shape: source.shape, values: source.values),
                .init(
                    name: "lm_head.bias", shape: [rows],
                    values: (0..<rows).map { source.values[$0 * source.shape[1]] }),
                .counting("encoder.layer.0.weight", [3, 5]),
            ], to: place.path.appending("source/model.safetensors"))
        for (folder, fixture) in [("source", "source"), ("target", target), ("language", "target-unigram")] {
            for file in ["tokenizer.json", "tokenizer_config.json"] {
                try place.write("\(folder)/\(file)", Fixture("golden/tokenizers/\(fixture)/\(file)").bytes)
            }
        }
        try place.write("auxiliary.npy", Fixture("golden/aux-\(target).npy").bytes)
        let tokens = try JSONDocument(Fixture("golden/aux-\(target).tokens.json").bytes).root
        let lines = tokens.elements.map { JSONBuilder($0).written() + [0x0A] }
        try place.write("auxiliary.txt", Array(lines.joined()))
    }
}
