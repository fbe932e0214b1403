import JSON
import Matrices
import Parallel
import SafetensorsFormat
import SystemPackage
import TensorIO
import TestSupport

@testable import Transformer

/// A tiny random model, and what transformers makes of some ids: Tests/Fixtures/models.
struct ModelFixture {
    let config: JSONValue
    let tensors: [(reader: any TensorReader, tensor: TensorDescriptor)]
    let sequences: TokenSequences
    let expected: any TensorReader

    init(_ name: String) throws {
        let folder = Fixture.folder.appending("models").appending(name)
        config = try JSONDocument(Fixture("models/\(name)/config.json").bytes).root
        let reader = try SafetensorsFormat().open(folder.appending("model.safetensors"))
        tensors = reader.tensors.map { (reader, $0) }
        let text = String(decoding: try Fixture("models/\(name)/ids.txt").bytes, as: UTF8.self)
        sequences = TokenSequences(
            text.split(separator: "\n").map { line in line.split(separator: " ").compactMap { Int32($0) } })
        expected = try SafetensorsFormat().open(folder.appending("expected.safetensors"))
    }

    /// The model on a number of threads.
    func model(threads: Int = 2) throws -> TransformerModel {
        try TransformerModel(config: config, tensors: tensors, workers: Workers(count: threads))
    }

    /// The states at some taps, all blocks of each together.
    func states(
        _ model: TransformerModel, _ taps: Set<StateTap>, of sequences: TokenSequences? = nil,
        room: StateRoom = StateRoom()
    ) throws -> [StateTap: [Float]] {
        var states: [StateTap: [Float]] = [:]
        let rows = FixtureRows(
            table: try TensorPlace(reader: tensors[0].reader, tensor: model.table).floats(),
            width: model.description.width)
        try model.run(sequences ?? self.sequences, rows: rows, taps: taps, room: room) { tap, block in
            states[tap, default: []] += block.values.values
        }
        return states
    }

    /// What transformers computed, under the name of a tensor; nil where it is not there.
    func values(_ name: TensorName) throws -> [Float]? {
        guard let tensor = expected.tensor(named: name) else { return nil }
        return try TensorPlace(reader: expected, tensor: tensor).floats()
    }
}

/// A table in memory.
struct FixtureRows: EmbeddingRows {
    let table: [Float]
    let width: Int

    func copy(_ ids: ArraySlice<Int32>, into rows: inout FloatMatrix) throws {
        for (place, id) in ids.enumerated() {
            rows.values.replaceSubrange(
                place * width..<(place + 1) * width, with: table[Int(id) * width..<(Int(id) + 1) * width])
        }
    }
}
