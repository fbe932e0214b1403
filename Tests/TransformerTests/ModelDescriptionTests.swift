import JSON
import Testing

@testable import Transformer

/// What a config.json says becomes a description, and what is not known is refused.
struct ModelDescriptionTests {
    private func description(_ config: String) throws -> ModelDescription {
        try ModelDescription(config: try JSONDocument(Array(config.utf8)).root)
    }

    private let llama = """
        {"model_type": "llama", "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 3,
         "num_attention_heads": 8, "num_key_value_heads": 2, "torch_dtype": "bfloat16"
        """

    @Test func `Llama has norms before, gated MLPs and no biases`() throws {
        let model = try description(llama + "}")
        #expect(model.family == "llama" && model.isCausal && model.width == 64 && model.layerCount == 3)
        let layer = model.layers[2]
        #expect(layer.attention.heads == 8 && layer.attention.keyValueHeads == 2 && layer.attention.headWidth == 8)
        #expect(layer.attentionNorms.before?.name == "input_layernorm")
        #expect(layer.attentionNorms.after == nil && layer.mlpNorms.ofSum == nil)
        #expect(!layer.attention.output.hasBias && layer.attention.rotary?.width == 8)
        guard case .gated(let gate, _, _, .silu) = layer.mlp else {
            Issue.record("\(layer.mlp)")
            return
        }
        #expect(gate.outputs == 96 && !model.head.isTied)
    }

    @Test func `biases follow their settings`() throws {
        let layer = try description(llama + #", "attention_bias": true, "mlp_bias": true}"#).layers[0]
        #expect(layer.attention.output.hasBias && layer.linears.allSatisfy(\.hasBias))
        let qwen = try description(llama.replacing("llama", with: "qwen2") + "}").layers[0]
        #expect(qwen.linears.allSatisfy(\.hasBias) && !qwen.attention.output.hasBias)
    }

    @Test func `Gemma 3 scales rows, and its layers see far or near`() throws {
        let model = try description(
            """
            {"model_type": "gemma3_text", "hidden_size": 640, "intermediate_size": 2048, "num_hidden_layers": 6,
             "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 256, "sliding_window": 512,
             "rope_theta": 1000000, "rope_local_base_freq": 10000, "rope_scaling": {"rope_type": "linear", "factor": 8}}
            """)
        #expect(model.embedding.scale == Float(Double(640).squareRoot()) && model.head.isTied)
        #expect(model.layers.map(\.attention.window) == [512, 512, 512, 512, 512, nil])
        let (near, far) = (model.layers[0].attention.rotary, model.layers[5].attention.rotary)
        #expect(near?.frequencies.first == 1 && far?.frequencies.first == 0.125)
        #expect(model.layers[0].attentionNorms.after?.addsOne == true)
    }

    @Test func `RoBERTa counts positions from the id of padding`() throws {
        let model = try description(
            """
            {"model_type": "xlm-roberta", "hidden_size": 24, "intermediate_size": 32, "num_hidden_layers": 1,
             "num_attention_heads": 3, "max_position_embeddings": 20, "pad_token_id": 1, "layer_norm_eps": 1e-5}
            """)
        #expect(model.embedding.positions?.rows(of: [0, 5, 1, 6]) == [2, 3, 1, 4])
        #expect(model.maximumPositions == 18 && !model.isCausal)
        #expect(model.layers[0].attentionNorms.ofSum?.name == "attention.output.LayerNorm")
    }

    @Test(
        arguments: [
            (#", "hidden_act": "mystery"}"#, "'hidden_act' 'mystery'"),
            (#", "rope_scaling": {"rope_type": "mystery"}}"#, "type 'mystery'"),
            (#", "rope_scaling": {"rope_type": "linear", "factor": 2, "mystery": 1}}"#, "'rope_parameters.mystery'"),
            (#", "mystery": 3}"#, "'mystery'"),
            (#", "head_dim": 7}"#, "would turn 7 elements"),
            (#", "num_key_value_heads": 3}"#, "8 heads of queries for 3"),
            (#", "layer_types": ["sliding_attention", "full_attention", "full_attention"]}"#, "sliding attention"),
            (#", "quantization_config": {"bits": 4}}"#, "'quantization_config'"),
            (#", "auto_map": {"AutoModel": "x"}}"#, "'auto_map'"),
            (#", "rms_norm_eps": -1}"#, "'rms_norm_eps'"),
            (#", "attention_bias": "yes"}"#, "'attention_bias' yes"),
        ])
    func `what is not known is refused by name`(settings: String, words: String) {
        // The setting takes the place of one that is there.
        let key = settings.split(separator: "\"")[1]
        let config = llama.replacing("\"\(key)\": 2", with: "\"was_\(key)\": null") + settings
        let error = #expect(throws: TransformerError.self) { try description(config) }
        #expect(error?.description.contains(words) ?? false, "\(error?.description ?? "")")
    }

    @Test func `other families are not known`() {
        let error = #expect(throws: TransformerError.self) { try description(#"{"model_type": "mamba"}"#) }
        #expect(error?.code == .unknownFamily)
    }
}
