import HDF5Format
import SystemPackage
import TensorIO
import TestSupport
import Testing

/// Weight files of Keras, as Keras 3 and h5py wrote them.
struct HDF5KerasTests {
    private func open(_ name: String) throws -> HDF5Reader {
        let reader = try HDF5Format().open(Fixture.folder.appending("hdf5").appending(name))
        return try #require(reader as? HDF5Reader)
    }

    @Test func `the tensors of an old weight file come in the order of layer_names and weight_names`() throws {
        let reader = try open("keras-legacy.h5")
        #expect(
            reader.tensors.map(\.description) == [
                "zeta/sequential/zeta/kernel F32 [4, 3]", "zeta/sequential/zeta/bias F32 [3]",
                "mid/sequential/mid/gamma F32 [3]", "mid/sequential/mid/beta F32 [3]",
                "mid/sequential/mid/moving_mean F32 [3]", "mid/sequential/mid/moving_variance F32 [3]",
                "alpha/sequential/alpha/kernel F32 [3, 2]", "alpha/sequential/alpha/bias F32 [2]",
            ])
        #expect(reader.metadata["layer_names"] == #"["zeta","mid","drop","alpha"]"#)
        for tensor in reader.tensors { #expect(try reader.bytes(of: tensor).count == tensor.byteCount) }
    }

    @Test func `a whole model opens with its optimizer`() throws {
        let reader = try open("keras-model.h5")
        let names = reader.tensors.map(\.name.description)
        #expect(names.first == "model_weights/zeta/sequential/zeta/kernel")
        #expect(names.dropFirst(8).first == "optimizer_weights/adam/iteration")
        #expect(names.count == 22)
        #expect(reader.metadata["model_config"]?.hasPrefix(#"{"class_name": "Sequential""#) == true)
        let count = try #require(reader.tensor(named: "optimizer_weights/adam/iteration"))
        #expect(count.elementType == .i32 && count.shape == [])
        #expect(try reader.bytes(of: count) == [1, 0, 0, 0])
    }

    @Test func `the numbered variables of Keras 3 come by number`() throws {
        let reader = try open("keras.weights.h5")
        let numbers = reader.tensors.map(\.name.description).filter { $0.hasPrefix("optimizer/vars/") }
        #expect(numbers == (0..<14).map { "optimizer/vars/\($0)" })
    }

    @Test func `nested names, lists in parts and dense attributes are read, and what is no tensor is named`() throws {
        let reader = try open("tf-model.h5")
        #expect(
            reader.tensors.map(\.name.description) == [
                "bert/tf_bert/bert/embeddings/word_embeddings/weight:0",
                "bert/tf_bert/bert/embeddings/LayerNorm/gamma:0",
                "bert/tf_bert/bert/encoder/layer_._0/attention/query/kernel:0", "cls/tf_bert/cls/bias:0",
            ])
        let reasons = Dictionary(uniqueKeysWithValues: reader.skipped.map { ($0.tensor!.description, $0.message) })
        #expect(
            reasons.keys.sorted() == ["complex-of-doubles", "empty", "labels", "log", "pointer", "vocabulary"])
        #expect(reasons["vocabulary"] == "holds text, not numbers")
        #expect(reasons["log"] == "holds records, not numbers")
        #expect(reader.skipped.allSatisfy { $0.path?.stem == "tf-model" })
        #expect(reader.metadata["model_config"]?.utf8.count == 70_011)
        #expect(reader.metadata["keras_version"] == "2.15.0")
        let bias = try #require(reader.tensor(named: "cls/tf_bert/cls/bias:0"))
        #expect(try reader.bytes(of: bias) == [0, 1, 2, 3, 4].flatMap { (value: Float) in value.bitPattern.bytes })
    }
}

extension UInt32 {
    /// The four bytes, the lowest first.
    var bytes: [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) }
    }
}
