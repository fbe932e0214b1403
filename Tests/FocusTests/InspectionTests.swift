import FocusEngine
import SystemPackage
import TensorIO
import TestSupport
import Testing

@testable import Checkpoints
@testable import Focus
@testable import Parallel

@Suite struct `Looking into checkpoints` {
    let place: TemporaryFolder

    init() throws {
        place = try TemporaryFolder()
    }

    private func checkpoint(_ name: String, _ tensors: [SmallCheckpoint.Tensor]) throws -> Checkpoint {
        try place.write("\(name)/config.json", #"{"vocab_size":3,"tie_word_embeddings":true}"#)
        let folder = place.path.appending(name)
        try SmallCheckpoint.write(tensors, to: folder.appending("model.safetensors"))
        return try Checkpoint.open(folder, formats: .builtIn)
    }

    @Test func `statistics are those of the numbers`() throws {
        let values: [Float] = [1, 2, 3, 4, -0.0, .nan, .infinity, 1e30]
        let opened = try checkpoint("a", [.init(name: "x", shape: [8], values: values)])
        let figures = try #require(
            try TensorStatistics(of: opened.tensors[0].tensor, in: opened.files[0].reader))
        #expect(figures.nanCount == 1)
        #expect(figures.infinityCount == 1)
        #expect(figures.zeroCount == 1)
        #expect(figures.minimum == 0)
        #expect(figures.maximum == Double(Float(1e30)))
        let small = try checkpoint("b", [.init(name: "x", shape: [4], values: [1, 2, 3, 4])])
        let plain = try #require(try TensorStatistics(of: small.tensors[0].tensor, in: small.files[0].reader))
        // numpy: mean 2.5, std 1.118033988749895, norm 5.477225575051661
        #expect(plain.mean == 2.5)
        #expect(abs(plain.standardDeviation - 1.118033988749895) < 1e-15)
        #expect(abs(plain.norm - 5.477225575051661) < 1e-15)
    }

    @Test func `differences are named and measured`() throws {
        let first = try checkpoint(
            "a",
            [
                .counting("same", [3, 2]), .init(name: "moved", shape: [2], values: [1, 2]), .counting("shape", [2]),
                .counting("gone", [1]),
            ])
        let second = try checkpoint(
            "b",
            [
                .counting("same", [3, 2]), .init(name: "moved", shape: [2], values: [1, 2.5]), .counting("shape", [3]),
                .counting("new", [1]),
            ])
        let difference = try CheckpointDifference(first, second, workers: Workers(count: 2))
        #expect(difference.equalCount == 1)
        #expect(difference.findings.count == 4)
        for finding in difference.findings {
            switch finding {
            case .values(let tensor, let figures):
                #expect(tensor.name == "moved")
                #expect(figures?.differing == 1)
                #expect(figures?.maximumAbsolute == 0.5)
                #expect(figures?.maximumRelative == 0.2)
            case .shape(let tensor, _): #expect(tensor.name == "shape")
            case .onlyInFirst(let tensor): #expect(tensor.name == "gone")
            case .onlyInSecond(let tensor): #expect(tensor.name == "new")
            case .type, .file: Issue.record("no type and no other file differs")
            }
        }
        #expect(try CheckpointDifference(first, first, workers: Workers(count: 1)).findings.isEmpty)
    }

    @Test func `a broken tie and NaN are found`() throws {
        let sound = try checkpoint(
            "a", [.counting("model.embed_tokens.weight", [3, 2]), .counting("lm_head.weight", [3, 2])])
        #expect(try CheckpointVerification(of: sound, workers: Workers(count: 2)).isSound)
        let broken = try checkpoint(
            "b",
            [
                .counting("model.embed_tokens.weight", [3, 2]),
                .init(name: "lm_head.weight", shape: [3, 2], values: [0, 0, 0, 0, 0, .nan]),
            ])
        let verification = try CheckpointVerification(of: broken, workers: Workers(count: 2))
        #expect(!verification.isSound)
        #expect(verification.findings.map(\.check) == ["values", "ties"])
    }

    @Test func `numbered tensors that are alike share a line`() throws {
        let names = (0..<3).flatMap { ["layers.\($0).a", "layers.\($0).b"] } + ["layers.7.a", "norm"]
        let tensors = try names.map {
            try TensorDescriptor(name: TensorName($0), elementType: .bf16, shape: [2, 2])
        }
        #expect(TensorListing(tensors).lines.map(\.name) == ["layers.{0-2,7}.a", "layers.{0-2}.b", "norm"])
        #expect(TensorListing(tensors, collapsing: false).lines.count == 8)
    }

    @Test func `a damaged plan is refused in words`() throws {
        let golden = GoldenCase.all[9]
        try golden.prepare(in: place)
        var options = SpecializationOptions(
            checkpoint: place.path.appending("source"), tokenizer: place.path.appending("target"))
        options.method = .focus
        options.rows = .vectors(place.path.appending("auxiliary.npy"))
        options.savedPlan = place.path.appending("good.plan")
        try Specialization(options).run()
        let good = try place.read("good.plan")
        for length in stride(from: 0, to: good.count, by: max(1, good.count / 60)) {
            let cut = try place.write("cut\(length).plan", Array(good[..<length]))
            #expect(throws: (any Error).self) { try PlanFile(reading: cut) }
        }
        // A flipped byte is an error or another valid plan, never a trap.
        for position in stride(from: 0, to: good.count, by: max(1, good.count / 300)) {
            var flipped = good
            flipped[position] ^= 0x55
            let path = try place.write("flipped\(position).plan", flipped)
            _ = try? PlanFile(reading: path)
        }
    }
}
