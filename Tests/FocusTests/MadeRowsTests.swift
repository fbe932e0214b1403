import FocusEngine
import JSON
import Replacement
import SystemPackage
import TensorIO
import TestSupport
import Testing

@testable import Focus

@Suite struct `Rows that were made beforehand` {
    let place: TemporaryFolder

    init() throws {
        place = try TemporaryFolder()
    }

    /// A tied causal model with the golden source embeddings as its table.
    private func prepareCausal() throws -> SpecializationOptions {
        let golden = GoldenCase.all[9]
        try golden.prepare(in: place)
        let source = try GoldenCase.array("source_embeddings")
        try SmallCheckpoint.write(
            [
                SmallCheckpoint.Tensor(
                    name: "model.embed_tokens.weight", shape: source.shape, values: source.values),
                .counting("model.layers.0.mlp.up_proj.weight", [3, 5]),
            ], to: place.path.appending("source/model.safetensors"))
        try place.write(
            "source/config.json",
            #"{"architectures":["LlamaForCausalLM"],"model_type":"llama","vocab_size":\#(source.shape[0])}"#)
        var options = SpecializationOptions(
            checkpoint: place.path.appending("source"), tokenizer: place.path.appending("target"))
        options.rows = .vectors(place.path.appending("auxiliary.npy"))
        options.destination = .init(folder: place.path.appending("output"))
        return options
    }

    @Test func `are written as they are, and all others by the plan`() throws {
        let job = try Specialization(prepareCausal())
        let plan = try job.makePlan()
        try job.write(plan, to: .init(folder: place.path.appending("planned")))
        let width = try GoldenCase.array("source_embeddings").shape[1]
        let ids: [Int32] = [0, 3, 4, 5, 290]
        let values = (0..<ids.count * width).map { Float($0) / 7 }
        let kept = MadeRows(ids: ids, width: width, values: values)
        let spilled = try MadeRows(ids: ids, width: width, in: place.path, blockRows: 2) { range in
            Array(values[range.lowerBound * width..<range.upperBound * width])
        }
        let entries = place.entries
        #expect(!entries.contains { $0.hasPrefix(".focus-rows") })
        let planned = try SmallCheckpoint.read(place.path.appending("planned/model.safetensors"))
        var expected = try #require(planned["model.embed_tokens.weight"])
        for (place, id) in ids.enumerated() {
            let row = Int(id) * width..<(Int(id) + 1) * width
            expected.replaceSubrange(row, with: values[place * width..<(place + 1) * width])
        }
        for (name, made) in [("kept", kept), ("spilled", spilled)] {
            let rows = NewRows(plan, made: ["model.embed_tokens.weight": made])
            try job.write(rows, to: .init(folder: place.path.appending(name)))
            let written = try SmallCheckpoint.read(place.path.appending("\(name)/model.safetensors"))
            #expect(written["model.embed_tokens.weight"] == expected)
            #expect(
                written["model.layers.0.mlp.up_proj.weight"] == planned["model.layers.0.mlp.up_proj.weight"])
        }
    }

    @Test func `lend elements of one slice of a table that lies on its side`() throws {
        let made = MadeRows(ids: [1, 2], width: 3, values: [10, 11, 12, 20, 21, 22])
        var values: [Float] = []
        try made.append(1..<3, columns: 1..<2, to: &values)
        #expect(values == [11, 21])
        #expect(made.contains(2) && !made.contains(0) && !made.contains(3))
        #expect(made.containsAll(1..<3) && !made.containsAll(0..<3))
    }

    @Test func `an error of who makes them arrives as it was`() {
        #expect(throws: FocusError.self) {
            _ = try MadeRows(ids: [0], width: 2, in: place.path) { _ in throw FocusError("no row today") }
        }
        #expect(place.entries.isEmpty)
    }

    @Test func `an untied head is a tensor beside the table`() throws {
        var options = try prepareCausal()
        options.unties = true
        let job = try Specialization(options)
        let plan = try job.makePlan()
        let width = try GoldenCase.array("source_embeddings").shape[1]
        let head = MadeRows(ids: [7], width: width, values: (0..<width).map { Float($0) })
        try job.write(NewRows(plan, made: ["lm_head.weight": head]), to: .init(folder: place.path.appending("output")))
        let written = try SmallCheckpoint.read(place.path.appending("output/model.safetensors"))
        let table = try #require(written["model.embed_tokens.weight"])
        var expected = table
        expected.replaceSubrange(7 * width..<8 * width, with: (0..<width).map { Float($0) })
        #expect(written["lm_head.weight"] == expected)
        let config = try JSONDocument(place.read("output/config.json")).root
        #expect(config["tie_word_embeddings"]?.boolean == false)
        let preview = try job.preview()
        let added = try #require(preview.tensors.last)
        #expect(added.name == "lm_head.weight" && added.oldShape.isEmpty && added.newShape == [294, width])
        #expect(preview.config.contains { $0.key == "config.json: tie_word_embeddings" && $0.new == "false" })
    }

    @Test(arguments: [
        (#""architectures":["LlamaForCausalLM"],"tie_word_embeddings":false"#, "output layer of its own"),
        (#""architectures":["BertModel"]"#, "predicts the next token"),
    ]) func `what is not tied is not untied`(settings: String, reason: String) throws {
        var options = try prepareCausal()
        options.unties = true
        try place.write("source/config.json", #"{"vocab_size":300,\#(settings)}"#)
        let error = #expect(throws: FocusError.self) { _ = try Specialization(options) }
        #expect(error?.description.contains(reason) == true)
    }

    @Test(arguments: [
        ("model.embed_tokens.weight", "lm_head.weight"),
        ("model.language_model.embed_tokens.weight", "lm_head.weight"),
        ("language_model.model.embed_tokens.weight", "language_model.lm_head.weight"),
        ("transformer.wte.weight", "lm_head.weight"), ("wte.weight", "lm_head.weight"),
        ("gpt_neox.embed_in.weight", "embed_out.weight"), ("model.decoder.embed_tokens.weight", "lm_head.weight"),
    ]) func `the head has the name that transformers looks for`(table: TensorName, head: TensorName) {
        #expect(UntiedHead.name(beside: table) == head)
    }
}
