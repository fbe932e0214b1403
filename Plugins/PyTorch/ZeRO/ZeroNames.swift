/// The tensors of a model by name, in the order in which they came: a later one of the same name takes the place of the
/// earlier, as in a dictionary of Python.
struct ZeroNames {
    private(set) var tensors: [StoredTensor] = []
    private var places: [[UInt8]: Int] = [:]

    mutating func set(_ tensor: StoredTensor) {
        if let place = places[tensor.name] {
            tensors[place] = tensor
        } else {
            places[tensor.name] = tensors.count
            tensors.append(tensor)
        }
    }

    subscript(name: [UInt8]) -> StoredTensor? {
        places[name].map { tensors[$0] }
    }
}
