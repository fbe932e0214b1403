import Matrices
import Parallel
import SystemPackage
import TensorIO
import TestSupport
import Testing

@testable import Transformer

/// Models compute what transformers computes, whatever the threads and wherever states are kept.
struct TransformerModelTests {
    static let families = [
        "bert", "roberta", "xlm-roberta", "modernbert", "t5-encoder", "umt5-encoder", "llama", "llama-3", "llama-yarn",
        "llama-odd", "llama-bfloat16", "bert-float16", "mistral", "qwen2", "qwen3", "gemma", "gemma2", "gemma3", "gpt2",
        "gpt-neox", "phi3", "phi3-long", "olmo2", "mixtral", "qwen3-moe", "granite", "stablelm-parallel", "smollm3",
        "starcoder2",
    ]

    @Test(arguments: TransformerModelTests.families)
    func `states are those of transformers`(family: String) throws {
        let fixture = try ModelFixture(family)
        let model = try fixture.model()
        let states = try fixture.states(model, [.layer(0), .layer(1), .layer(2), .final])
        for (tap, name) in [(StateTap.layer(0), "layer.0"), (.layer(1), "layer.1"), (.final, "final")] {
            let found = try #require(states[tap])
            let wanted = try #require(try fixture.values(TensorName(name)))
            #expect(found.count == wanted.count)
            let size = wanted.reduce(0) { max($0, abs($1)) }
            let error = zip(found, wanted).reduce(0) { max($0, abs($1.0 - $1.1)) }
            #expect(error < 1e-4 * size, "\(family) \(name): \(error / size)")
        }
    }

    @Test(arguments: ["gemma3", "xlm-roberta", "mixtral", "t5-encoder"])
    func `any number of threads gives the same bytes`(family: String) throws {
        let fixture = try ModelFixture(family)
        let one = try fixture.states(try fixture.model(threads: 1), [.layer(1), .final])
        let three = try fixture.states(try fixture.model(threads: 3), [.layer(1), .final])
        #expect(one == three && one.count == 2)
    }

    @Test func `states in a temporary file are those in memory, and leave nothing behind`() throws {
        let folder = try TemporaryFolder()
        let fixture = try ModelFixture("gemma2")
        let model = try fixture.model()
        let held = try fixture.states(model, [.layer(2), .final])
        let spilled = try fixture.states(
            model, [.layer(2), .final], room: StateRoom(byteCount: 0, folder: folder.path))
        #expect(held == spilled)
        #expect(folder.entries == [])
    }

    @Test(arguments: ["gemma2", "gemma3", "gpt2", "mixtral", "phi3-long", "bert", "t5-encoder"])
    func `texts that begin alike have the states that each has alone`(family: String) throws {
        let fixture = try ModelFixture(family)
        let model = try fixture.model()
        let texts: [[Int32]] = [
            [3, 4, 5, 6], [3, 4, 5, 6], [3, 4, 5, 6, 7, 8], [3, 4, 9], [3], [3, 4, 5, 6, 7], [10, 4, 5], [],
            [10, 4, 5, 11, 12, 13, 14, 15],
        ]
        let taps: Set<StateTap> = [.layer(0), .layer(1), .final]
        let together = try fixture.states(model, taps, of: TokenSequences(texts))
        var alone: [StateTap: [Float]] = [:]
        for text in texts where !text.isEmpty {
            let states = try fixture.states(model, taps, of: TokenSequences([text]))
            for (tap, values) in states { alone[tap, default: []] += values }
        }
        #expect(together == alone)
    }

    @Test func `a run ends after the last layer that is asked for`() throws {
        let fixture = try ModelFixture("llama")
        let states = try fixture.states(try fixture.model(), [.layer(1)])
        #expect(states.keys.map { $0 } == [.layer(1)])
    }

    @Test func `a text that is too long is refused`() throws {
        let fixture = try ModelFixture("llama")
        let model = try fixture.model()
        let rows = FixtureRows(table: [Float](repeating: 0, count: 37 * 16), width: 16)
        let long = TokenSequences([Array(repeating: 1, count: 65)])
        let error = #expect(throws: TransformerError.self) {
            try model.run(long, rows: rows, taps: [.final]) { _, _ in }
        }
        #expect(error?.description == "a text has 65 tokens, and the model takes 64")
    }

    @Test func `states that are no numbers are refused`() throws {
        let fixture = try ModelFixture("llama")
        let rows = FixtureRows(table: [Float](repeating: .nan, count: 37 * 16), width: 16)
        let error = #expect(throws: TransformerError.self) {
            try fixture.model().run(fixture.sequences, rows: rows, taps: [.final]) { _, _ in }
        }
        #expect(error?.code == .notFinite)
    }

    @Test func `a tensor that is missing, too many or of another shape is refused by name`() throws {
        let fixture = try ModelFixture("llama")
        func refusal(_ change: (TensorDescriptor) throws -> TensorDescriptor?) throws -> String {
            let tensors = try fixture.tensors.compactMap { reader, tensor in try change(tensor).map { (reader, $0) } }
            let error = #expect(throws: TransformerError.self) {
                try TransformerModel(config: fixture.config, tensors: tensors, workers: Workers(count: 1))
            }
            return error?.description ?? ""
        }
        let name: TensorName = "model.layers.1.mlp.up_proj.weight"
        #expect(try refusal { $0.name == name ? nil : $0 }.contains("'\(name)'"))
        let other = try refusal { tensor in
            guard tensor.name == name else { return tensor }
            return try TensorDescriptor(
                name: "model.layers.1.mlp.other.weight", elementType: tensor.elementType, shape: tensor.shape)
        }
        #expect(other.contains("up_proj"))
        let turned = try refusal { tensor in
            guard tensor.name == name else { return tensor }
            return try TensorDescriptor(
                name: name, elementType: tensor.elementType, shape: tensor.shape.reversed())
        }
        #expect(turned.contains("should be [24, 16]"))
        let head = try refusal { tensor in
            guard tensor.name == "lm_head.weight" else { return tensor }
            return try TensorDescriptor(
                name: "lm_head.dense.weight", elementType: tensor.elementType, shape: tensor.shape)
        }
        #expect(head.contains("lm_head.dense.weight"))
    }
}
