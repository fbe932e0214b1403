import SystemPackage
import TensorIO
import TestSupport
import Testing

@testable import Checkpoints
@testable import Focus
@testable import Replacement

@Suite struct `Refusing checkpoints that cannot be converted` {
    let place: TemporaryFolder

    init() throws {
        place = try TemporaryFolder()
    }

    private func check(config: String = "{}", tensor: String = "a.weight", allowsOwnCode: Bool = false) throws {
        try place.write("config.json", config)
        try SmallCheckpoint.write(
            [.counting(.init(tensor), [7, 4])], to: place.path.appending("model.safetensors"))
        try CheckpointSuitability.check(
            Checkpoint.open(place.path, formats: .builtIn), allowsOwnCode: allowsOwnCode)
    }

    @Test(arguments: ["base_model.model.layers.0.q_proj.lora_A.weight", "model.embed_tokens.lora_embedding_A"])
    func `refuses adapters`(tensor: String) throws {
        let error = #expect(throws: FocusError.self) { try check(tensor: tensor) }
        #expect(error?.description.contains("merge it into its base model first") == true)
    }

    @Test func `refuses a model with an adapter beside it`() throws {
        try place.write("adapter_config.json", "{}")
        let error = #expect(throws: FocusError.self) { try check() }
        #expect(error?.description.contains("adapter_config.json") == true)
    }

    @Test func `refuses code of the model's own unless the user insists`() throws {
        let config = #"{"auto_map":{"AutoModel":"modeling_odd.OddModel"}}"#
        let error = #expect(throws: FocusError.self) { try check(config: config) }
        #expect(error?.description.contains("--allow-own-code") == true)
        try check(config: config, allowsOwnCode: true)
    }

    @Test(arguments: ["audio.scales", "layers.0.layer_scale.weight_scale"])
    func `takes plain tensors that are called scales`(tensor: String) throws {
        try check(tensor: tensor)
    }
}
