internal import PluginSupport

extension PickleMachine {
    /// Pushes a new container.
    mutating func make(_ container: PickleContainer) throws(Refusal) {
        guard containers.count < PickleLimits.containerCount else {
            throw Refusal(.unsupported, "its pickle makes more containers than any state_dict has")
        }
        containers.append(container)
        try push(.container(containers.count - 1))
    }

    /// Pushes a tuple of the topmost `count` values, which are taken.
    mutating func makeTuple(of count: Int) throws(Refusal) {
        var values: [PickleValue] = []
        for _ in 0..<count { values.append(try pop()) }
        try make(PickleContainer(kind: .tuple, values: values.reversed()))
    }

    /// Appends `values` to the list that is topmost.
    mutating func append(_ values: [PickleValue]) throws(Refusal) {
        if try topIsObject() { return }
        guard case .container(let list) = try top(), containers[list].kind == .list else {
            throw invalid("appends to something that is no list")
        }
        containers[list].values.append(contentsOf: values)
    }

    /// Puts `pairs`, keys and values by turns, into the dictionary that is topmost.
    mutating func setItems(_ pairs: [PickleValue]) throws(Refusal) {
        if try topIsObject() { return }
        guard case .container(let dictionary) = try top(), containers[dictionary].kind == .dictionary else {
            throw invalid("sets an item of something that is no dictionary")
        }
        guard pairs.count.isMultiple(of: 2) else { throw invalid("sets an item without a value") }
        for place in stride(from: 0, to: pairs.count, by: 2) {
            containers[dictionary].keys.append(pairs[place])
            containers[dictionary].values.append(pairs[place + 1])
        }
    }

    /// The values of `value` where that is a tuple.
    func tuple(_ value: PickleValue) -> [PickleValue]? {
        guard case .container(let place) = value, containers[place].kind == .tuple else { return nil }
        return containers[place].values
    }

    /// The numbers of `value` where that is a tuple of integers, as many at most as a tensor may have axes.
    func integers(_ value: PickleValue) -> [Int]? {
        guard let values = tuple(value), values.count <= PickleLimits.rank else { return nil }
        var integers: [Int] = []
        for value in values {
            guard case .integer(let integer) = value else { return nil }
            integers.append(integer)
        }
        return integers
    }
}
