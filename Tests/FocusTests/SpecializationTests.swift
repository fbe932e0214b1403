import Focus
import JSON
import Parallel
import Replacement
import SafetensorsFormat
import SystemPackage
import TensorIO
import TestSupport
import Testing

@Suite struct `Specialising a checkpoint` {
    let place: TemporaryFolder

    init() throws {
        place = try TemporaryFolder()
    }

    private func options(_ golden: GoldenCase, to output: String = "output") -> SpecializationOptions {
        var options = SpecializationOptions(
            checkpoint: place.path.appending("source"), tokenizer: place.path.appending("target"))
        options.rows = .vectors(place.path.appending("auxiliary.npy"))
        options.match = golden.options
        options.matchesLikeReference = true
        if golden.name.hasPrefix("extended") { options.extensionTokenizer = place.path.appending("language") }
        options.destination = .init(folder: place.path.appending(output))
        return options
    }

    @Test(arguments: GoldenCase.all)
    func `writes the rows that the reference computes`(golden: GoldenCase) throws {
        try golden.prepare(in: place)
        try Specialization(options(golden)).run()
        let expected = try GoldenCase.array("embeddings-\(golden.name)")
        let source = try GoldenCase.array("source_embeddings")
        let written = try SmallCheckpoint.read(place.path.appending("output/model.safetensors"))
        let width = expected.shape[1]
        let embedding = try #require(written["embeddings.word_embeddings.weight"])
        let bias = try #require(written["lm_head.bias"])
        #expect(embedding.count == expected.values.count)
        #expect(bias.count == expected.shape[0])
        let rows = try golden.rows()
        for (id, sourceID) in rows.copied {
            #expect(
                embedding[id * width..<(id + 1) * width].elementsEqual(
                    source.values[sourceID * width..<(sourceID + 1) * width]), "copied row \(id)")
            #expect(bias[id] == source.values[sourceID * width])
        }
        for id in rows.combined {
            let row = embedding[id * width..<(id + 1) * width]
            let scale = row.map(abs).max() ?? 0
            let error = zip(row, expected.values[id * width..<(id + 1) * width]).map { abs($0 - $1) }.max() ?? 0
            #expect(error <= 1e-5 * scale, "combined row \(id) is off by \(error)")
            // The bias holds the first column, so the same plan gives the first element of the row.
            #expect(abs(bias[id] - row[row.startIndex]) <= 1e-6 * max(scale, 1e-3))
        }
        for id in rows.sampled {
            #expect(embedding[id * width..<(id + 1) * width].allSatisfy { $0.isFinite && $0 != 0 })
        }
        #expect(written["encoder.layer.0.weight"] == SmallCheckpoint.Tensor.counting("", [3, 5]).values)
    }

    @Test func `gives the same bytes on any number of threads`() throws {
        let golden = GoldenCase.all[9]
        try golden.prepare(in: place)
        for threads in [1, 2, 7] {
            var options = options(golden, to: "output\(threads)")
            options.workers = Workers(count: threads)
            options.savedPlan = place.path.appending("plan\(threads)")
            try Specialization(options).run()
        }
        for file in ["model.safetensors", "config.json", "tokenizer.json"] {
            let first = try place.read("output1/\(file)")
            #expect(try place.read("output2/\(file)") == first)
            #expect(try place.read("output7/\(file)") == first)
        }
        #expect(try place.read("plan1") == place.read("plan7"))
    }

    @Test(arguments: [1, 3]) func `hands out the rows that it writes`(threads: Int) throws {
        let golden = GoldenCase.all[9]
        try golden.prepare(in: place)
        var options = options(golden)
        options.workers = Workers(count: threads)
        let job = try Specialization(options)
        let plan = try job.makePlan()
        let (tensors, contents) = try job.newTensors(by: plan)
        try job.write(plan, to: .init(folder: place.path.appending("output")))
        let written = try SafetensorsFormat().open(place.path.appending("output/model.safetensors"))
        #expect(tensors.map(\.name) == ["embeddings.word_embeddings.weight", "lm_head.bias"])
        for tensor in tensors {
            #expect(written.tensors.contains(tensor))
            var (new, old): ([UInt8], [UInt8]) = ([], [])
            try contents.send(tensor) { (bytes: RawSpan) throws(FormatError) in new += bytes.copied }
            try written.read(tensor) { (bytes: RawSpan) throws(FormatError) in old += bytes.copied }
            #expect(new == old)
        }
    }

    @Test func `applies a kept plan to the same end`() throws {
        let golden = GoldenCase.all[9]
        try golden.prepare(in: place)
        var first = options(golden, to: "first")
        first.savedPlan = place.path.appending("kept.plan")
        try Specialization(first).run()
        var second = options(golden, to: "second")
        second.rows = .plan(place.path.appending("kept.plan"))
        try Specialization(second).run()
        #expect(try place.read("first/model.safetensors") == place.read("second/model.safetensors"))
    }

    @Test func `refuses a plan made for another tokenizer`() throws {
        let golden = GoldenCase.all[9]
        try golden.prepare(in: place)
        var first = options(golden, to: "first")
        first.savedPlan = place.path.appending("kept.plan")
        try Specialization(first).run()
        var second = options(golden, to: "second")
        second.tokenizer = place.path.appending("source")
        second.rows = .plan(place.path.appending("kept.plan"))
        let error = #expect(throws: FocusError.self) { try Specialization(second) }
        #expect(error?.description.contains("another target tokenizer") == true)
    }

    @Test func `brings the tokenizer and rewrites the config`() throws {
        let golden = GoldenCase.all[9]
        try golden.prepare(in: place)
        try place.write("source/generation_config.json", #"{"eos_token_id":2}"#)
        try place.write("source/sentencepiece.bpe.model", "old")
        try place.write("source/pytorch_model.bin", "old weights")
        try place.write("source/1_Pooling/config.json", #"{"pooling_mode_mean_tokens":true}"#)
        let outcome = try Specialization(options(golden)).run()
        let source = place.entries.contains("source")
        #expect(source)
        #expect(try place.read("output/tokenizer.json") == place.read("target/tokenizer.json"))
        #expect(try place.read("output/1_Pooling/config.json") == place.read("source/1_Pooling/config.json"))
        let config = try JSONDocument(place.read("output/config.json")).root
        #expect(config["vocab_size"]?.integer == 294)
        #expect(config["model_type"]?.string == "bert")
        let files = place.entries(of: "output")
        #expect(
            files == [
                "1_Pooling", "config.json", "generation_config.json", "model.safetensors", "tokenizer.json",
                "tokenizer_config.json",
            ])
        #expect(outcome.report.preview.notes.contains { $0.contains("pytorch_model.bin") })
    }

    @Test func `writes nothing where it fails`() throws {
        let golden = GoldenCase.all[9]
        try golden.prepare(in: place)
        let before = place.entries
        var broken = options(golden)
        broken.savedPlan = nil
        try place.write("auxiliary.txt", "\"only one\"\n")
        #expect(throws: FocusError.self) { try Specialization(broken).run() }
        #expect(place.entries == before)
    }

    @Test func `pads rows as asked`() throws {
        let golden = GoldenCase.all[9]
        try golden.prepare(in: place)
        var padded = options(golden)
        padded.rowMultiple = 64
        try Specialization(padded).run()
        let written = try SmallCheckpoint.read(place.path.appending("output/model.safetensors"))
        #expect(written["lm_head.bias"]?.count == 320)
        #expect(try JSONDocument(place.read("output/config.json")).root["vocab_size"]?.integer == 320)
    }

    @Test func `applies the plan where the number of rows stays the same`() throws {
        let golden = GoldenCase.all[9]
        try golden.prepare(in: place)
        try Specialization(options(golden, to: "plain")).run()
        var padded = options(golden, to: "padded")
        padded.rowMultiple = try GoldenCase.array("source_embeddings").shape[0]
        try Specialization(padded).run()
        let plain = try #require(
            try SmallCheckpoint.read(place.path.appending("plain/model.safetensors"))["lm_head.bias"])
        let same = try #require(
            try SmallCheckpoint.read(place.path.appending("padded/model.safetensors"))["lm_head.bias"])
        #expect(same.count == padded.rowMultiple)
        #expect(same.prefix(plain.count).elementsEqual(plain))
    }

    @Test func `replaces the checkpoint in place`() throws {
        let golden = GoldenCase.all[9]
        try golden.prepare(in: place)
        var inPlace = options(golden)
        inPlace.destination = .init(folder: place.path.appending("source"), policy: .keep(place.path.appending("kept")))
        let old = try place.read("source/model.safetensors")
        try Specialization(inPlace).run()
        #expect(try place.read("kept/model.safetensors") == old)
        #expect(
            try SmallCheckpoint.read(place.path.appending("source/model.safetensors"))["lm_head.bias"]?.count == 294)
    }
}
