internal import Checkpoints
internal import JSON
internal import TensorIO

/// Quantised weights as people like to see them: numbers, scales and biases in one line, with the shape of the numbers.
/// Only those whose numbers `convert --dequantize` can make are put together.
struct QuantizedLines {
    /// A weight that is kept in several tensors.
    struct Weight {
        /// How its numbers are kept: `MLX`, or the type of the elements.
        let scheme: String
        /// What is known of that: bits of an element, elements of a group, rows and columns of a block.
        let details: [(key: String, words: String, number: Int)]
        /// The shape of the numbers.
        let shape: [Int]
        /// The tensors that it is made of, elements first.
        let parts: [TensorDescriptor]

        /// The size of all its tensors in bytes.
        var byteCount: Int { parts.reduce(0) { $0 + $1.byteCount } }
        /// The same in a few words.
        var words: String { ([scheme] + details.map { "\($0.words) \($0.number)" }).joined(separator: ", ") }
    }

    /// The weights, by the names of the tensors of their elements.
    private(set) var weights: [TensorName: Weight] = [:]
    /// The tensors that are in another's line.
    private(set) var companions: Set<TensorName> = []

    /// Finds the weights of `checkpoint` of which all tensors are among `shown`.
    init(in checkpoint: Checkpoint, among shown: [TensorDescriptor]) {
        let quantized = QuantizedTensors(in: checkpoint)
        guard !quantized.modules.isEmpty else { return }
        let names = Set(shown.map(\.name))
        for module in quantized.modules {
            guard let elements = module.elements?.tensor, let weight = try? quantized.weight(named: elements.name),
                weight.parts.allSatisfy({ names.contains($0.tensor.name) })
            else { continue }
            let details: [(key: String, words: String, number: Int)]
            switch weight.scheme {
            case .affineGroups(let groups):
                details = [("bits", "bits", groups.bits), ("groupSize", "groups of", groups.size)]
            case .scaledBlocks(let blocks):
                details = [("blockRows", "scales for rows", blocks.rows), ("blockColumns", "columns", blocks.columns)]
            }
            let parts = weight.parts.map(\.tensor)
            weights[elements.name] = Weight(
                scheme: module.scheme, details: details, shape: weight.plain.shape, parts: parts)
            companions.formUnion(parts.dropFirst().map(\.name))
        }
    }

    /// `tensors` without those that are in another's line, which have the shape of their numbers.
    func lines(of tensors: [TensorDescriptor]) -> [TensorDescriptor] {
        tensors.compactMap { tensor in
            if companions.contains(tensor.name) { return nil }
            guard let weight = weights[tensor.name] else { return tensor }
            return (try? TensorDescriptor(name: tensor.name, elementType: tensor.elementType, shape: weight.shape))
                ?? tensor
        }
    }

    /// The size of `tensor` in bytes, with those that are in its line.
    func byteCount(of tensor: TensorDescriptor) -> Int {
        weights[tensor.name]?.byteCount ?? tensor.byteCount
    }

    /// What is added to the JSON of the tensor named `name`.
    func members(of name: TensorName) -> [JSONBuilder.Member] {
        guard let weight = weights[name] else { return [] }
        let described: [JSONBuilder.Member] =
            [.init("scheme", .text(weight.scheme))] + weight.details.map { .init($0.key, .integer($0.number)) } + [
                .init("shape", .array(weight.shape.map { .integer($0) })), .init("bytes", .integer(weight.byteCount)),
                .init("tensors", .array(weight.parts.map { .string($0.name.bytes) })),
            ]
        return [.init("quantization", .object(described))]
    }
}
