internal import TensorIO

/// The tensors of a checkpoint, each of which a description must claim: what nobody claims is not known, and refused.
struct ModelTensors: Sendable {
    private let places: [TensorName: TensorPlace]
    /// What stands before the names of the model's tensors: `model.`.
    let prefix: String
    private var claimed: Set<TensorName> = []

    /// Finds the model of `description` among `tensors`, by its table and the first tensor of its first layer.
    init(
        _ tensors: [(reader: any TensorReader, tensor: TensorDescriptor)], of description: ModelDescription
    ) throws(TransformerError) {
        places = Dictionary(
            tensors.map { ($0.tensor.name, TensorPlace(reader: $0.reader, tensor: $0.tensor)) },
            uniquingKeysWith: { first, _ in first })
        let table = description.embedding.table + ".weight"
        let first = description.layers.first.flatMap { $0.linears.first?.name }.map {
            description.layerPrefix(of: 0) + $0 + ".weight"
        }
        let names = tensors.map(\.tensor)
        let prefixes = names.compactMap { tensor -> String? in
            let name = tensor.name.description
            guard tensor.shape.count == 2, tensor.shape[1] == description.width, name.hasSuffix(table) else {
                return nil
            }
            let prefix = String(name.dropLast(table.count))
            return prefix.isEmpty || prefix.hasSuffix(".") ? prefix : nil
        }
        let places = self.places
        let fitting = prefixes.filter { prefix in first.map { places[TensorName(prefix + $0)] != nil } ?? true }
        guard let prefix = fitting.first else {
            throw TransformerError(
                .weights,
                prefixes.isEmpty
                    ? "there is no tensor '\(table)' with rows of \(description.width), which "
                        + "'\(description.family)' has"
                    : "there is no tensor '\(prefixes[0] + (first ?? ""))', which '\(description.family)' has")
        }
        guard fitting.count == 1 else {
            throw TransformerError(
                .weights, "there are \(fitting.count) models, beginning with '\(fitting[0])' and '\(fitting[1])'")
        }
        self.prefix = prefix
    }

    /// The tensor of a name below the model; nil where there is none.
    func find(_ name: String) -> TensorPlace? {
        places[TensorName(prefix + name)]
    }

    /// The tensor of one of `names`, wherever the model is; nil where there is none.
    func findAnywhere(_ names: [String]) -> TensorPlace? {
        for name in names {
            if let place = places[TensorName(name)] ?? places[TensorName(prefix + name)] { return place }
            let ending = "." + name
            if let found = places.keys.sorted().first(where: { $0.hasSuffix(ending) }) { return places[found] }
        }
        return nil
    }

    /// Claims the tensor of a name below the model.
    ///
    /// - Parameter shape: the one it must have; nil stands for any size.
    mutating func claim(_ name: String, shape: [Int?]) throws(TransformerError) -> TensorPlace {
        guard let place = find(name) else {
            throw TransformerError(.weights, "there is no tensor '\(prefix + name)', which the model's config asks for")
        }
        return try claim(place, shape: shape)
    }

    /// Claims a tensor.
    @discardableResult
    mutating func claim(_ place: TensorPlace, shape: [Int?]) throws(TransformerError) -> TensorPlace {
        let tensor = place.tensor
        guard tensor.shape.count == shape.count, zip(tensor.shape, shape).allSatisfy({ $1 == nil || $0 == $1 }) else {
            let wanted = shape.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
            throw TransformerError(.weights, "tensor '\(tensor)' should be [\(wanted)] by the model's config")
        }
        guard tensor.elementType.widensToFloat else {
            throw TransformerError(.weights, "tensor '\(tensor)' holds no floats that are computed with")
        }
        claimed.insert(tensor.name)
        return place
    }

    /// Claims the weights of a norm, and its bias.
    mutating func claim(_ norm: NormDescription, below place: String = "") throws(TransformerError) -> NormWeights {
        // Old checkpoints call weights gamma and biases beta.
        let name = place + norm.name
        let weight = find(name + ".weight") == nil && find(name + ".gamma") != nil ? ".gamma" : ".weight"
        let bias = find(name + ".bias") == nil && find(name + ".beta") != nil ? ".beta" : ".bias"
        return NormWeights(
            description: norm, weights: try claim(name + weight, shape: [norm.width]),
            bias: norm.hasBias ? try claim(name + bias, shape: [norm.width]) : nil)
    }

    /// Claims the weights of a linear layer, and its bias.
    mutating func claim(_ linear: LinearDescription, below place: String) throws(TransformerError) -> LinearWeights {
        let shape = linear.isTransposed ? [linear.inputs, linear.outputs] : [linear.outputs, linear.inputs]
        return LinearWeights(
            description: linear, weights: try claim(place + linear.name + ".weight", shape: shape),
            bias: linear.hasBias ? try claim(place + linear.name + ".bias", shape: [linear.outputs]) : nil)
    }

    /// Refuses tensors below the model that nobody claimed.
    func refuseOthers(_ description: ModelDescription) throws(TransformerError) {
        for name in places.keys.sorted() where !claimed.contains(name) {
            let text = name.description
            guard text.hasPrefix(prefix) else { continue }
            let inner = text.dropFirst(prefix.count)
            if description.unusedTensors.contains(where: { inner == $0 || inner.hasSuffix("." + $0) }) { continue }
            if description.otherParts.contains(where: inner.hasPrefix) { continue }
            throw TransformerError(
                .unsupported,
                "there is a tensor '\(text)', which no model of type '\(description.family)' has that is known here")
        }
    }

    /// The names that begin with `beginning`, wherever the model is, and that nobody claimed.
    func unclaimed(beginning: String) -> [TensorName] {
        places.keys.filter { !claimed.contains($0) && $0.description.hasPrefix(beginning) }.sorted()
    }
}
