internal import PluginSupport

/// Reads a pickle for the tensors it describes. No code is run: names from Python stand for themselves (see
/// `PickleGlobal`), and whatever is not needed for tensors is refused.
///
/// No step goes deeper into calls, so that nesting is harmless; what is made is bounded by `PickleLimits`.
struct PickleMachine {
    /// The pickle.
    let bytes: [UInt8]
    /// Where it begins.
    private let first: Int
    /// What becomes of what no state_dict of tensors needs.
    let manner: PickleManner
    /// The next byte.
    var position: Int
    var stack: [PickleValue] = []
    /// How high the stack was at each mark that has not been used.
    var marks: [Int] = []
    var memo: [Int: PickleValue] = [:]
    /// How many values were made.
    private var madeCount = 0

    /// The containers, of which the first is the empty tuple.
    var containers = [PickleContainer(kind: .tuple)]
    var storages: [PickleStorage] = []
    var tensors: [PickleTensor] = []
    /// The value that the pickle is of.
    private(set) var root = PickleValue.none

    /// Carries out `bytes`, which are one pickle.
    ///
    /// - Throws: `Refusal` with the byte of the opcode that was wrong or is not carried out.
    init(_ bytes: [UInt8], _ manner: PickleManner = .refusing) throws(Refusal) {
        try self.init(bytes, from: 0, manner)
        guard position == bytes.count else {
            throw Refusal(.invalidHeader, invalid("ends where something is left over").message, byteOffset: position)
        }
    }

    /// Carries out the pickle that begins at `first` of `bytes`; `position` is then after it.
    ///
    /// - Throws: `Refusal` as above.
    init(_ bytes: [UInt8], from first: Int, _ manner: PickleManner = .refusing) throws(Refusal) {
        self.manner = manner
        self.bytes = bytes
        self.first = first
        position = first
        var start = first
        do throws(Refusal) {
            guard first < bytes.count else {
                throw Refusal(.truncated, "its pickle is missing: there is no opcode PROTO")
            }
            guard bytes[first] == PickleOpcode.proto.rawValue else {
                throw Refusal(.invalidHeader, "its pickle does not begin with the opcode PROTO")
            }
            while true {
                start = position
                let byte = bytes[try take(1).lowerBound]
                guard let opcode = PickleOpcode(rawValue: byte), manner == .describing || opcode.isForTensors else {
                    throw PickleOpcode.refusal(of: byte)
                }
                if opcode == .stop { break }
                try carryOut(opcode)
            }
            root = try pop()
            guard stack.isEmpty, marks.isEmpty else {
                throw invalid("ends where something is left over")
            }
        } catch {
            throw Refusal(error.kind, error.message, byteOffset: start)
        }
    }

    func invalid(_ message: String) -> Refusal {
        Refusal(.invalidHeader, "its pickle \(message)")
    }

    // MARK: The bytes

    /// The place of the next `count` bytes, which are then behind.
    mutating func take(_ count: Int) throws(Refusal) -> Range<Int> {
        guard count <= bytes.count - position else {
            throw Refusal(.truncated, "its pickle ends in the middle of something")
        }
        position += count
        return position - count..<position
    }

    /// The next number of `count` bytes.
    mutating func number(_ count: Int) throws(Refusal) -> UInt64 {
        bytes.number(at: try take(count).lowerBound, count)
    }

    /// The place of a text whose length stands before it in `count` bytes.
    private mutating func text(_ count: Int) throws(Refusal) -> PickleValue {
        guard let length = Int(exactly: try number(count)) else {
            throw Refusal(.truncated, "its pickle ends in the middle of a text")
        }
        return .text(try take(length))
    }

    // MARK: The stack

    mutating func push(_ value: PickleValue) throws(Refusal) {
        madeCount += 1
        guard madeCount <= PickleLimits.valueCount, stack.count < PickleLimits.stackHeight else {
            throw Refusal(.unsupported, "its pickle makes more values than any state_dict has")
        }
        stack.append(value)
    }

    /// The topmost value, which is taken from the stack; not one from below the last mark.
    mutating func pop() throws(Refusal) -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
            throw invalid("takes a value where there is none")
        }
        return value
    }

    /// The topmost value, which stays.
    func top() throws(Refusal) -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.last else {
            throw invalid("looks at a value where there is none")
        }
        return value
    }

    /// The values from the last mark on, which are taken from the stack with it.
    mutating func popMarked() throws(Refusal) -> [PickleValue] {
        guard let mark = marks.popLast() else { throw invalid("goes back to a mark where there is none") }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }

    // MARK: The opcodes

    private mutating func carryOut(_ opcode: PickleOpcode) throws(Refusal) {
        switch opcode {
        case .proto:
            guard position == first + 1, (2...5).contains(try number(1)) else {
                throw invalid("is of an unknown protocol; torch.save writes 2, and others up to 5 are read")
            }
        case .frame:
            guard try number(8) <= UInt64(bytes.count - position) else {
                throw Refusal(.truncated, "its pickle has a frame that ends beyond it")
            }
        case .stop: break
        case .mark:
            guard marks.count < PickleLimits.stackHeight else { throw invalid("has too many marks") }
            marks.append(stack.count)
        case .none: try push(.none)
        case .newTrue: try push(.boolean(true))
        case .newFalse: try push(.boolean(false))
        case .binInt: try push(.integer(Int(Int32(truncatingIfNeeded: number(4)))))
        case .binInt1: try push(.integer(Int(number(1))))
        case .binInt2: try push(.integer(Int(number(2))))
        case .long1: try push(long(1))
        case .binFloat: try push(.number(Double(bitPattern: number(8).byteSwapped)))
        case .shortBinUnicode: try push(text(1))
        case .binUnicode: try push(text(4))
        case .binUnicode8: try push(text(8))
        case .binPut: try remember(at: Int(number(1)))
        case .longBinPut: try remember(at: Int(number(4)))
        case .memoize: try remember(at: memo.count)
        case .binGet: try recall(Int(number(1)))
        case .longBinGet: try recall(Int(number(4)))
        case .emptyTuple: try push(.container(0))
        case .tuple1: try makeTuple(of: 1)
        case .tuple2: try makeTuple(of: 2)
        case .tuple3: try makeTuple(of: 3)
        case .tuple: try make(PickleContainer(kind: .tuple, values: popMarked()))
        case .emptyList: try make(PickleContainer(kind: .list))
        case .emptyDict: try make(PickleContainer(kind: .dictionary))
        case .append: try append([pop()])
        case .appends: try append(popMarked())
        case .setItem:
            let value = try pop()
            try setItems([pop(), value])
        case .setItems: try setItems(popMarked())
        case .global: try push(.global(PickleGlobal(line(), line(), manner)))
        case .stackGlobal: try pushGlobal()
        case .reduce: try reduce()
        case .build: try build()
        case .binPersID: try pushStorage()
        default: try describe(opcode)
        }
    }

    /// The integer of the next bytes, two's complement, whose count stands before them in `width` bytes.
    mutating func long(_ width: Int) throws(Refusal) -> PickleValue {
        let place = try take(Int(number(width)))
        guard place.count <= 8 else { return .largeInteger }
        let isNegative = place.last.map { bytes[$0] >= 0x80 } ?? false
        let value = bytes[place].reversed().reduce(isNegative ? -1 : 0) { $0 << 8 | Int($1) }
        return .integer(value)
    }

    /// The bytes up to the end of the line.
    private mutating func line() throws(Refusal) -> [UInt8] {
        guard let end = bytes[position...].prefix(PickleLimits.nameLength).firstIndex(of: UInt8(ascii: "\n")) else {
            throw invalid("has a name without an end")
        }
        let line = Array(bytes[position..<end])
        position = end + 1
        return line
    }

    private mutating func pushGlobal() throws(Refusal) {
        guard case .text(let name) = try pop(), case .text(let module) = try pop(),
            max(module.count, name.count) <= PickleLimits.nameLength
        else { throw invalid("asks for a global whose name is no text") }
        try push(.global(PickleGlobal(Array(bytes[module]), Array(bytes[name]), manner)))
    }

    private mutating func remember(at place: Int) throws(Refusal) {
        memo[place] = try top()
    }

    private mutating func recall(_ place: Int) throws(Refusal) {
        guard let value = memo[place] else { throw invalid("recalls something that it did not remember") }
        try push(value)
    }
}
