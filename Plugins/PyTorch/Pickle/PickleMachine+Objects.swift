internal import PluginSupport

/// What a pickle that is only described makes beside numbers, texts, containers and tensors: objects that stand for
/// themselves. Nothing is called.
extension PickleMachine {
    /// Carries out an opcode that no state_dict of tensors needs.
    mutating func describe(_ opcode: PickleOpcode) throws(Refusal) {
        switch opcode {
        case .discard: _ = try pop()
        case .discardMarked: _ = try popMarked()
        case .duplicate: try push(top())
        case .shortBinBytes: try skipBytes(1)
        case .binBytes: try skipBytes(4)
        case .binBytes8, .byteArray8: try skipBytes(8)
        case .long4: try push(long(4))
        case .newObject:
            let arguments = try pop()
            try pushObject(of: pop(), arguments)
        case .newObjectWithNames:
            _ = try pop()
            let arguments = try pop()
            try pushObject(of: pop(), arguments)
        case .emptySet: try make(PickleContainer(kind: .list))
        case .addItems: try append(popMarked())
        case .frozenSet: try make(PickleContainer(kind: .list, values: popMarked()))
        default: throw invalid("has an opcode that is not known")
        }
    }

    /// Whether the topmost value is an object, whose items nobody asks for.
    func topIsObject() throws(Refusal) -> Bool {
        guard case .container(let place) = try top() else { return false }
        return containers[place].kind == .object
    }

    /// The object that `global` would make of `arguments`.
    mutating func object(of global: PickleGlobal, _ arguments: [PickleValue]) throws(Refusal) -> PickleValue {
        try make(PickleContainer(kind: .tuple, values: arguments))
        try pushObject(of: .global(global), pop())
        return try pop()
    }

    /// Takes the topmost value, the attributes of what is below, and keeps them where that is an object.
    mutating func attach() throws(Refusal) {
        let state = try pop()
        guard case .container(let place) = try top(), containers[place].kind == .object else { return }
        guard containers[place].values.count == 2 else { throw invalid("gives attributes to an object twice") }
        containers[place].values.append(state)
    }

    private mutating func pushObject(of global: PickleValue, _ arguments: PickleValue) throws(Refusal) {
        guard case .global = global else { throw invalid("makes an object of something that is no global") }
        try make(PickleContainer(kind: .object, values: [global, arguments]))
    }

    /// Goes past bytes whose count stands before them in `width` bytes.
    private mutating func skipBytes(_ width: Int) throws(Refusal) {
        guard let count = Int(exactly: try number(width)) else {
            throw Refusal(.truncated, "its pickle ends in the middle of bytes")
        }
        _ = try take(count)
        try push(.bytes)
    }
}
