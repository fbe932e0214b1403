import FocusEngine
import JSON
import Parallel
import Replacement
import SystemPackage
import TensorIO
import TestSupport
import Testing

@testable import Focus

struct AdapterTests {
    private let place: TemporaryFolder

    init() throws {
        place = try TemporaryFolder()
    }

    private func configuration(_ text: String = #"{"peft_type": "LORA"}"#) throws -> AdapterConfiguration {
        try place.write("adapter_config.json", text)
        return try AdapterConfiguration(place.path.appending("adapter_config.json"))
    }

    /// A copy, a sum, a drawn row, the mean, a copy that is given, and a mixture.
    private func plan(matchesNorm: Bool = false) throws -> RowPlan {
        try RowPlan(
            validating: [.copy, .pieces, .sample, .mean, .given, .combine], offsets: [0, 1, 3, 3, 3, 4, 6],
            sourceRows: [2, 0, 2, 3, 1, 3], weights: [1, 0.25, 0.75, 1, 0.5, 0.5], anchors: [0], seed: 1,
            sourceRowCount: 4, matchesNorm: matchesNorm)
    }

    private func rows(_ plan: RowPlan, shares: TokenShares? = nil, made: [TensorName: MadeRows] = [:]) -> AdapterRows {
        AdapterRows(rows: NewRows(plan, made: made, shares: shares), sourceCount: 4, rowCount: 7)
    }

    @Test(arguments: [
        ("base_model.model.model.embed_tokens.lora_embedding_A", "model.embed_tokens", "lora_embedding_A"),
        ("base_model.model.lm_head.lora_B.weight", "lm_head", "lora_B.weight"),
        ("base_model.model.lm_head.weight", "lm_head", "weight"),
        ("base_model.model.lm_head.modules_to_save.bias", "lm_head", "modules_to_save.bias"),
        ("lm_head.base_layer.weight", "lm_head", "base_layer.weight"),
        ("base_model.model.e.token_adapter.trainable_tokens_delta", "e", "token_adapter.trainable_tokens_delta"),
        ("base_model.model.h.0.lora_magnitude_vector", "h.0", "lora_magnitude_vector"),
        ("base_model.model.lm_head.ia3_l", "lm_head", "ia3_l"), ("prompt_embeddings", "prompt_embeddings", ""),
    ])
    func `names are taken apart as PEFT makes them`(name: String, module: String, part: String) {
        let found = AdapterTensors.parts(of: TensorName(name))
        #expect(found.module == module && found.part == part)
    }

    private func role(_ name: String, _ shape: [Int], _ text: String = #"{"peft_type": "LORA"}"#) throws
        -> AdapterTensor.Role?
    {
        let tensor = try TensorDescriptor(name: TensorName(name), elementType: .f32, shape: shape)
        return try AdapterTensors(
            [tensor], configuration(text), count: 9000, choices: VocabularyChoices(), at: "adapter"
        ).all.first?.role
    }

    @Test func `what follows the vocabulary is found by name and length`() throws {
        #expect(try role("base_model.model.m.embed_tokens.lora_embedding_A", [4, 9000]) == .change(axis: 1))
        #expect(try role("base_model.model.m.embed_tokens.lora_embedding_A", [4, 9216]) == .change(axis: 1))
        #expect(try role("base_model.model.m.embed_tokens.lora_embedding_B", [9000, 4]) == .unrelated)
        #expect(try role("base_model.model.m.wpe.lora_embedding_A", [4, 512]) == .unrelated)
        #expect(try role("base_model.model.lm_head.lora_A.weight", [4, 9000]) == .unrelated)
        #expect(try role("base_model.model.lm_head.lora_B.weight", [9000, 4]) == .change(axis: 0))
        #expect(try role("base_model.model.lm_head.lora_B.bias", [9000]) == .change(axis: 0))
        #expect(try role("base_model.model.lm_head.weight", [9000, 8]) == .table(isCopyOfBase: false))
        #expect(try role("base_model.model.lm_head.base_layer.weight", [9000, 8]) == .table(isCopyOfBase: true))
        #expect(try role("base_model.model.score.weight", [2, 8]) == .unrelated)
        #expect(try role("base_model.model.h.0.q.lora_magnitude_vector", [8]) == .unrelated)
        let tokens = #"{"peft_type": "LORA", "trainable_token_indices": {"embed_tokens": [7, 8]}}"#
        #expect(try role("m.embed_tokens.token_adapter.trainable_tokens_delta", [2, 8], tokens) == .tokens([7, 8]))
    }

    @Test(arguments: [
        ("lm_head.lora_magnitude_vector", [9000], "DoRA"), ("lm_head.ia3_l", [9000, 1], "LORA"),
        ("m.embed_tokens.lora_embedding_A", [4, 32000], "two models"),
        ("m.layers.0.up.lora_B.weight", [9000, 4], "--leave"), ("m.other.weight", [9000, 4], "--vocabulary-tensor"),
        ("lm_head.weight", [9000, 0], "no elements"), ("m.e.trainable_tokens_delta", [2, 8], "does not say of which"),
    ])
    func `what cannot be carried is refused by name`(name: String, shape: [Int], word: String) throws {
        let error = #expect(throws: FocusError.self) { try role("base_model.model.\(name)", shape) }
        #expect(error?.description.contains(name) == true && error?.description.contains(word) == true)
    }

    @Test func `factors follow the plan along either axis`() throws {
        let plan = try plan()
        let values: [Float] = [1, 2, 4, 8, -1, -2, -4, -8]
        func carried(_ shape: [Int], axis: Int, _ values: [Float]) throws -> [Float] {
            let tensor = AdapterTensor(
                tensor: try TensorDescriptor(name: "m.embed_tokens.lora_embedding_A", elementType: .f32, shape: shape),
                module: "m.embed_tokens", role: .change(axis: axis))
            var bytes = [UInt8](repeating: 0, count: values.count * 4)
            ElementConversion.store(values.span, .f32, in: &bytes, at: 0)
            var found: [Float] = []
            let new = rows(plan).carried(bytes, of: tensor, axis: axis)
            unsafe ElementConversion.append(new.span.bytes, .f32, to: &found)
            return found
        }
        let expected: [Float] = [4, 3.25, 0, 3.75, 8, 5, 0]
        #expect(try carried([2, 4], axis: 1, values) == expected + expected.map { $0 == 0 ? 0 : -$0 })
        let transposed = (0..<4).flatMap { [values[$0], values[$0 + 4]] }
        #expect(
            try carried([4, 2], axis: 0, transposed) == expected.flatMap { [$0, $0 == 0 ? 0 : -$0] })
    }

    @Test func `an output layer of first pieces gets what is added to these`() throws {
        let shares = TokenShares(
            firstPieces: [2, 0, -1, -1, -1, 3], logarithms: [0, -1, 0, 0, 0, -1])
        let made = MadeRows(ids: [1, 5], width: 1, values: [0, 0])
        let tensor = AdapterTensor(
            tensor: try TensorDescriptor(name: "lm_head.lora_B.weight", elementType: .f32, shape: [4, 1]),
            module: "lm_head", role: .change(axis: 0))
        var bytes = [UInt8](repeating: 0, count: 16)
        ElementConversion.store(([1, 2, 4, 8] as [Float]).span, .f32, in: &bytes, at: 0)
        var found: [Float] = []
        let new = rows(try plan(), shares: shares, made: ["lm_head.weight": made]).carried(bytes, of: tensor, axis: 0)
        unsafe ElementConversion.append(new.span.bytes, .f32, to: &found)
        #expect(found == [4, 1, 0, 3.75, 8, 8, 0])
    }

    @Test func `tokens with rows of their own are found under their new ids`() throws {
        let plain = rows(try plan())
        func found(_ ids: [Int], hasBase: Bool = false) -> [Int] {
            AdapterTokens(ids, plain, hasBase: hasBase).ids
        }
        #expect(found([2]) == [0] && found([2], hasBase: true) == [0, 1])
        #expect(found([0, 2]) == [0, 1] && found([3]) == [4] && found([1, 3]) == [4, 5] && found([]).isEmpty)
        #expect(AdapterTokens([0, 2], plain, hasBase: false).lost == [0])
        #expect(AdapterTokens([2], plain, hasBase: false).partlyCount == 1)
        // A sum that is brought to a length is none of its parts alone.
        let scaled = rows(try plan(matchesNorm: true))
        #expect(AdapterTokens([0, 2], scaled, hasBase: false).ids == [0])
        #expect(scaled.scalesSums && !plain.scalesSums)
    }

    @Test func `rows are laid over those of a tensor, whatever range is read`() throws {
        let tensor = try TensorDescriptor(name: "t", elementType: .f32, shape: [4, 2])
        let contents = TensorContents { (_: TensorDescriptor, sink: TensorContents.Sink) throws(FormatError) in
            let values: [Float] = [0, 1, 2, 3, 4, 5, 6, 7]
            try unsafe sink(values.span.bytes)
        }
        let original = TensorRows(
            VocabularyTensors.Entry(tensor: tensor, axis: 0),
            reader: try TemporaryTensor(tensor, contents, in: place.path))
        let overlaid = OverlaidTensor(original, rows: [1: [20, 30], 3: [60, 70]])
        for start in 0..<8 {
            for end in start...8 {
                var found: [Float] = []
                try overlaid.read(tensor, bytes: start * 4..<end * 4) { (span: RawSpan) throws(FormatError) in
                    ElementConversion.append(span, .f32, to: &found)
                }
                #expect(found == Array(([0, 1, 20, 30, 4, 5, 60, 70] as [Float])[start..<end]))
            }
        }
    }

    @Test func `ids are replaced, and all else of the configuration stays`() throws {
        let text = #"{"r": 2, "trainable_token_indices": {"embed_tokens": [7], "lm_head": [1]}, "peft_type": "LORA"}"#
        let configuration = try configuration(text)
        #expect(configuration.tokens(of: "model.embed_tokens") == [7] && configuration.tokens(of: "lm_head") == [1])
        #expect(configuration.tokens(of: "other") == nil)
        let new = configuration.replacing(.modules([.init(name: "lm_head", ids: [3, 4])]))
        #expect(
            String(decoding: new.written(), as: UTF8.self)
                == #"{"r":2,"trainable_token_indices":{"lm_head":[3,4]},"peft_type":"LORA"}"#)
    }
}
