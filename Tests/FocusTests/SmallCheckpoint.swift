import Focus
import JSON
import SafetensorsFormat
import SystemPackage
import TensorIO
import TestSupport

/// A checkpoint of a few rows, written where a test wants it.
struct SmallCheckpoint {
    /// A tensor of f32 values.
    struct Tensor {
        let name: TensorName
        let shape: [Int]
        let values: [Float]

        /// Values that tell row and column: row + column / 100.
        static func counting(_ name: TensorName, _ shape: [Int]) -> Tensor {
            let width = shape.dropFirst().reduce(1, *)
            let values = (0..<shape.reduce(1, *)).map { Float($0 / width) + Float($0 % width) / 100 }
            return Tensor(name: name, shape: shape, values: values)
        }
    }

    /// Writes `tensors` to a safetensors file, replacing one that is there.
    static func write(_ tensors: [Tensor], to path: FilePath) throws {
        let values = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.values) })
        let descriptors = try tensors.map {
            try TensorDescriptor(name: $0.name, elementType: .f32, shape: $0.shape)
        }
        let contents = TensorContents { (tensor: TensorDescriptor, sink: TensorContents.Sink) throws(FormatError) in
            let elements = values[tensor.name] ?? []
            try unsafe sink(elements.span.bytes)
        }
        var options = WriteOptions()
        options.replacesExisting = true
        try SafetensorsFormat().write(
            descriptors, metadata: ["format": "pt"], options: options, to: path, contents: contents)
    }

    /// Reads every f32 tensor of a safetensors file.
    static func read(_ path: FilePath) throws -> [TensorName: [Float]] {
        let reader = try SafetensorsFormat().open(path)
        var result: [TensorName: [Float]] = [:]
        for tensor in reader.tensors {
            var values: [Float] = []
            try reader.read(tensor) { (bytes: RawSpan) throws(FormatError) in
                for offset in stride(from: 0, to: bytes.byteCount, by: 4) {
                    values.append(Float(bitPattern: bytes.littleEndian(UInt32.self, at: offset)))
                }
            }
            result[tensor.name] = values
        }
        return result
    }
}
