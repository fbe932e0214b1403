internal import PluginSupport

/// The tensors of a pickle by name, and what else it says.
///
/// Dictionaries inside of dictionaries give names with dots, as do lists with the numbers of their places. Dictionaries
/// that hold nothing but one other with tensors, beside things that are no tensors ({'epoch': 3, 'state_dict': {...}}),
/// give no part of the name.
struct StateDictionary {
    /// The tensors, in the pickle's order; names are different. A tensor is a place in the machine's list.
    private(set) var tensors: [(name: [UInt8], tensor: Int)] = []
    /// What is no tensor, as text.
    private(set) var notes = Notes()

    private let machine: PickleMachine
    /// Which containers have tensors in them or below; nil where that was not looked at.
    private var holding: [Bool?]
    private var open: Set<Int> = []
    private var visitCount = 0
    private var namesByteCount = 0

    /// Collects what `machine` found, or what is at `root` of it, keys joined by dots.
    init(_ machine: PickleMachine, root: [UInt8]?) throws(Refusal) {
        self.machine = machine
        holding = Array(repeating: nil, count: machine.containers.count)
        if let root {
            try collect(try part(root), path: "")
        } else {
            try collectRoot()
        }
        var names: Set<[UInt8]> = []
        for (name, _) in tensors where !names.insert(name).inserted {
            throw Refusal(.invalidHeader, "holds two tensors that would be called '\(name.printable)'")
        }
    }

    /// Finds the dictionary with the tensors and collects it and what is beside.
    private mutating func collectRoot() throws(Refusal) {
        var value = machine.root
        var path: [UInt8] = []
        var depth = 0
        while case .container(let place) = value, machine.containers[place].kind == .dictionary,
            try holdsTensors(value, depth: 0)
        {
            let container = machine.containers[place]
            var holders: [Int] = []
            for (number, value) in container.values.enumerated() where try holdsTensors(value, depth: 0) {
                holders.append(number)
            }
            guard holders.count == 1, case .container(let inner) = container.values[holders[0]],
                machine.containers[inner].kind == .dictionary
            else { break }
            depth += 1
            guard depth < PickleLimits.depth else { throw StateDictionary.tooDeep }
            try checkKeys(of: container)
            for number in container.values.indices where number != holders[0] {
                try collectItem(container.keys[number], container.values[number], of: path, depth: depth)
            }
            value = container.values[holders[0]]
            path = try name(path, container.keys[holders[0]]) ?? path
        }
        if !path.isEmpty { notes.add([UInt8](ascii: "pytorch.root"), path) }
        switch value {
        case .container: try collect(value, path: "")
        case .tensor, .storage: try collect(value, path: "tensor")
        default: try collect(value, path: "value")
        }
    }

    /// The value at `root`, whose keys are joined by dots and may have dots themselves.
    private func part(_ root: [UInt8]) throws(Refusal) -> PickleValue {
        var value = machine.root
        var rest = root[...]
        while !rest.isEmpty {
            guard case .container(let place) = value, machine.containers[place].kind == .dictionary,
                let (number, count) = find(rest, in: machine.containers[place])
            else { throw Refusal(.unsupported, "has nothing at the root '\(root.printable)' that was asked for") }
            value = machine.containers[place].values[number]
            rest = rest.dropFirst(count)
        }
        return value
    }

    /// The item of `container` whose key `rest` begins with, and how much of `rest` is the key with the dot after it.
    private func find(_ rest: ArraySlice<UInt8>, in container: PickleContainer) -> (number: Int, count: Int)? {
        for (number, key) in container.keys.enumerated() {
            guard let key = text(of: key), rest.starts(with: key) else { continue }
            if rest.count == key.count { return (number, key.count) }
            if rest.dropFirst(key.count).first == UInt8(ascii: ".") { return (number, key.count + 1) }
        }
        return nil
    }

    // MARK: Collecting

    private mutating func collect(_ value: PickleValue, path: StaticString) throws(Refusal) {
        try collect(value, [UInt8](ascii: path), depth: 0)
    }

    private mutating func collect(_ value: PickleValue, _ name: [UInt8], depth: Int) throws(Refusal) {
        try visit()
        switch value {
        case .tensor(let tensor): try add(tensor, name)
        case .container(let place):
            guard depth < PickleLimits.depth else { throw StateDictionary.tooDeep }
            guard try holdsTensors(value, depth: depth) || machine.containers[place].kind == .dictionary else {
                return notes.add(name, PickleText(machine).text(of: value))
            }
            guard open.insert(place).inserted else {
                throw Refusal(.unsupported, "'\(name.printable)' contains itself, as no state_dict does")
            }
            let container = machine.containers[place]
            try checkKeys(of: container)
            for (number, value) in container.values.enumerated() {
                let key = container.kind == .dictionary ? container.keys[number] : .integer(number)
                try collectItem(key, value, of: name, depth: depth + 1)
            }
            open.remove(place)
        case .storage:
            throw Refusal(.unsupported, "'\(name.printable)' is a storage without a tensor: save a tensor instead")
        default: notes.add(name, PickleText(machine).text(of: value))
        }
    }

    /// Collects what has the key `key` in what is called `path`; where names cannot have such a key, only what is no
    /// tensor may.
    private mutating func collectItem(
        _ key: PickleValue, _ value: PickleValue, of path: [UInt8], depth: Int
    ) throws(Refusal) {
        if let name = try name(path, key) { return try collect(value, name, depth: depth) }
        if try holdsTensors(value, depth: depth) {
            let place = path.isEmpty ? "the outermost dictionary" : "'\(path.printable)'"
            throw Refusal(.unsupported, "\(place) has a tensor under a key that is neither text nor a number")
        }
    }

    private mutating func add(_ tensor: Int, _ name: [UInt8]) throws(Refusal) {
        guard tensors.count < PickleLimits.tensorCount else {
            throw Refusal(.unsupported, "holds more tensors than any state_dict has")
        }
        guard name.isUTF8 else {
            throw Refusal(.invalidHeader, "has a name that is not well-formed UTF-8").about("tensor", name)
        }
        tensors.append((name, tensor))
    }

    /// Counts a look at something, and a name of `byteCount` bytes made or compared: what is shared many times over is
    /// no state_dict.
    private mutating func visit(_ byteCount: Int = 0) throws(Refusal) {
        visitCount += 1
        namesByteCount += byteCount
        guard visitCount <= PickleLimits.visitCount, namesByteCount <= PickleLimits.namesByteCount else {
            throw Refusal(.unsupported, "its pickle shares things so often that it cannot be written out")
        }
    }

    /// Checks that no key is there twice: Python would keep the last value only.
    private mutating func checkKeys(of container: PickleContainer) throws(Refusal) {
        var keys: Set<[UInt8]> = []
        for key in container.keys {
            guard let text = try checkedText(of: key) else { continue }
            guard keys.insert(text).inserted else {
                throw Refusal(.invalidHeader, "has the key '\(text.printable)' twice in one dictionary")
            }
        }
    }

    /// The name of the item with `key` of what is called `path`; nil for a key that is neither text nor a number.
    private mutating func name(_ path: [UInt8], _ key: PickleValue) throws(Refusal) -> [UInt8]? {
        guard let key = try checkedText(of: key) else { return nil }
        let name = path.isEmpty ? key : path + [UInt8(ascii: ".")] + key
        guard name.count <= PickleLimits.tensorNameLength else {
            throw Refusal(.unsupported, "would have a name of \(name.count) bytes").about("item", name)
        }
        try visit(name.count)
        return name
    }

    /// The text of a key, where it is one that names can have.
    private mutating func checkedText(of key: PickleValue) throws(Refusal) -> [UInt8]? {
        if case .text(let place) = key, place.count > PickleLimits.tensorNameLength {
            throw Refusal(.unsupported, "its pickle has a key of \(place.count) bytes")
        }
        let text = text(of: key)
        try visit(text?.count ?? 0)
        return text
    }

    private func text(of key: PickleValue) -> [UInt8]? {
        switch key {
        case .text(let place): Array(machine.bytes[place])
        case .integer(let number): Array(String(number).utf8)
        default: nil
        }
    }

    /// Whether there is a tensor or a storage in `value` or below.
    private mutating func holdsTensors(_ value: PickleValue, depth: Int) throws(Refusal) -> Bool {
        switch value {
        case .tensor, .storage: return true
        case .container(let place):
            if let known = holding[place] { return known }
            guard depth < PickleLimits.depth else { throw StateDictionary.tooDeep }
            // What contains itself holds what else is in it.
            holding[place] = false
            for value in machine.containers[place].values where try holdsTensors(value, depth: depth + 1) {
                holding[place] = true
                return true
            }
            return false
        default: return false
        }
    }

    private static let tooDeep = Refusal(
        .unsupported, "its pickle has more than \(PickleLimits.depth) containers inside of one another")
}
