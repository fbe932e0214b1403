internal import PluginSupport

/// What REDUCE, BUILD and BINPERSID would do in Python, for what is on the list of globals.
extension PickleMachine {
    /// Pushes the storage that the topmost tuple names: ('storage', type, key, device, count).
    mutating func pushStorage() throws(Refusal) {
        guard let identifier = tuple(try pop()), identifier.count >= 5, case .text(let kind) = identifier[0],
            bytes[kind].elementsEqual([UInt8](ascii: "storage")), case .global(.storageType(let type)) = identifier[1],
            case .text(let key) = identifier[2], case .integer(let count) = identifier[4], count >= 0
        else { throw invalid("names something by a persistent identifier that is not the one of a storage") }
        if identifier.count > 5 {
            // Files of before 1.6 may say that a storage is a part of another, which torch has not written since 0.4.
            guard case .none = identifier[5] else {
                throw Refusal(.unsupported, "its pickle has a storage that is part of another: save it anew with torch")
            }
        }
        storages.append(PickleStorage(type: type, key: key, count: count))
        try push(.storage(storages.count - 1))
    }

    /// Pushes what the global below the topmost tuple would make of it.
    mutating func reduce() throws(Refusal) {
        guard let arguments = tuple(try pop()) else { throw invalid("calls something with what is no tuple") }
        guard case .global(let global) = try pop() else { throw invalid("calls something that is no global") }
        try push(made(by: global, arguments))
    }

    private mutating func made(by global: PickleGlobal, _ arguments: [PickleValue]) throws(Refusal) -> PickleValue {
        switch global {
        case .orderedDictionary:
            guard arguments.isEmpty || manner == .describing else {
                throw invalid("makes an OrderedDict of something, not an empty one")
            }
            try make(PickleContainer(kind: .dictionary))
            return try pop()
        case .size:
            guard arguments.count == 1, integers(arguments[0]) != nil else {
                throw invalid("makes a torch.Size of something that is no tuple of numbers")
            }
            return arguments[0]
        case .device:
            guard let first = arguments.first, case .text(let name) = first else {
                throw invalid("makes a torch.device without a name")
            }
            return .device(name)
        case .rebuildTensor: return try tensor(arguments, counts: 4...4)
        case .rebuildTensor2: return try tensor(arguments, counts: 6...7)
        case .rebuildTensor3: return try tensor(arguments, counts: 7...8, hasType: true)
        case .rebuildParameter: return try parameter(arguments, counts: 3...3)
        case .rebuildParameterWithState: return try parameter(arguments, counts: 4...4)
        case .rebuildFromType:
            guard arguments.count == 4, case .global(let function) = arguments[0],
                case .global(.tensorType) = arguments[1], let inner = tuple(arguments[2])
            else { throw invalid("makes a tensor of a type of its own, which is not read") }
            switch function {
            case .rebuildTensor, .rebuildTensor2, .rebuildTensor3, .rebuildParameter, .rebuildParameterWithState:
                return try made(by: function, inner)
            default: throw invalid("makes a tensor by something that makes none")
            }
        case .other: return try object(of: global, arguments)
        case .tensorType, .elementType, .storageType:
            if manner == .describing { return try object(of: global, arguments) }
            throw invalid("calls a type, which no state_dict of tensors needs")
        }
    }

    /// The tensor of (storage, offset, sizes, strides, ...), after which a type and a dictionary of two switches may
    /// follow.
    private mutating func tensor(
        _ arguments: [PickleValue], counts: ClosedRange<Int>, hasType: Bool = false
    ) throws(Refusal) -> PickleValue {
        guard counts.contains(arguments.count), case .storage(let storage) = arguments[0],
            case .integer(let offset) = arguments[1], let shape = integers(arguments[2]),
            let strides = integers(arguments[3])
        else { throw invalid("makes a tensor of other things than a storage, an offset, sizes and strides") }
        var type = storages[storage].type
        if hasType {
            guard case .global(.elementType(let given)) = arguments[6] else {
                throw invalid("makes a tensor of a type that is none")
            }
            type = given
        }
        var switches: [[UInt8]: Bool] = [:]
        if arguments.count > (hasType ? 7 : 6) {
            guard case .container(let place) = arguments[arguments.count - 1],
                containers[place].kind == .dictionary, containers[place].keys.count <= 8
            else { throw invalid("makes a tensor with metadata that are no small dictionary") }
            for (key, value) in zip(containers[place].keys, containers[place].values) {
                guard case .text(let name) = key, case .boolean(let isOn) = value else {
                    throw invalid("makes a tensor with metadata that are no switches")
                }
                switches[Array(bytes[name])] = isOn
            }
        }
        let conjugated = switches.removeValue(forKey: [UInt8](ascii: "conj")) ?? false
        let negated = switches.removeValue(forKey: [UInt8](ascii: "neg")) ?? false
        if let unknown = switches.keys.first {
            throw Refusal(
                .unsupported, "its pickle makes a tensor with the property '\(unknown.printable)', which is not known")
        }
        tensors.append(
            PickleTensor(
                storage: storage, type: type, offset: offset, shape: shape, strides: strides,
                isConjugated: conjugated, isNegated: negated))
        return .tensor(tensors.count - 1)
    }

    /// The tensor that a parameter is made of.
    private func parameter(_ arguments: [PickleValue], counts: ClosedRange<Int>) throws(Refusal) -> PickleValue {
        guard counts.contains(arguments.count), case .tensor = arguments[0] else {
            throw invalid("makes a parameter of something that is no tensor")
        }
        return arguments[0]
    }

    /// Takes the topmost value, the attributes of the dictionary below: `_metadata` with versions of modules, which
    /// nobody needs.
    mutating func build() throws(Refusal) {
        if manner == .describing { return try attach() }
        guard case .container(let state) = try pop(), containers[state].kind == .dictionary,
            case .container(let object) = try top(), containers[object].kind == .dictionary
        else {
            throw invalid(
                "gives attributes to something that is no OrderedDict; save only the state_dict, with torch.save")
        }
    }
}
