public import TensorIO

/// The tensors of a checkpoint as people like to see them: numbered ones that are alike in one line.
public struct TensorListing: Sendable {
    /// Tensors that differ only in one number of their names.
    public struct Line: Sendable {
        /// The name; where there are several tensors, with the range of the number, as in `layers.{0-31}.q_proj.weight`.
        public let name: String
        /// The tensors, in the order of the checkpoint.
        public let tensors: [TensorDescriptor]

        /// Their size in bytes, all together.
        public var byteCount: Int {
            tensors.reduce(0) { $0 + $1.byteCount }
        }
    }

    /// The lines, in the order of their first tensors.
    public let lines: [Line]

    /// Lists `tensors`; with `collapsing`, those that differ in one number, and not in type or shape, share a line.
    public init(_ tensors: [TensorDescriptor], collapsing: Bool = true) {
        guard collapsing else {
            lines = tensors.map { Line(name: $0.name.description, tensors: [$0]) }
            return
        }
        var order: [Key] = []
        var groups: [Key: [(number: Int, tensor: TensorDescriptor)]] = [:]
        for tensor in tensors {
            let (pattern, number) = TensorListing.pattern(of: tensor.name)
            let key = Key(pattern: pattern, elementType: tensor.elementType, shape: tensor.shape)
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append((number, tensor))
        }
        lines = order.map { key in
            let members = groups[key] ?? []
            guard members.count > 1 else {
                return Line(name: members[0].tensor.name.description, tensors: [members[0].tensor])
            }
            let range = TensorListing.ranges(members.map(\.number))
            let text = String(decoding: key.pattern, as: UTF8.self)
            let name = text.split(separator: "\u{0}", omittingEmptySubsequences: false).joined(separator: "{\(range)}")
            return Line(name: name, tensors: members.map(\.tensor))
        }
    }

    private struct Key: Hashable {
        let pattern: [UInt8]
        let elementType: ElementType
        let shape: [Int]
    }

    /// The name with its first whole component of digits replaced by NUL, and that number; -1 where there is none.
    private static func pattern(of name: TensorName) -> (pattern: [UInt8], number: Int) {
        let components = name.bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let index = components.firstIndex { component in
            !component.isEmpty && component.count < 10 && component.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
        }
        guard let index, let number = Int(String(decoding: components[index], as: UTF8.self)) else {
            return (name.bytes, -1)
        }
        var replaced = components
        replaced[index] = [0]
        return (Array(replaced.joined(separator: [UInt8(ascii: ".")])), number)
    }

    /// `[0, 1, 2, 5]` as `0-2,5`.
    private static func ranges(_ numbers: [Int]) -> String {
        var runs: [ClosedRange<Int>] = []
        for number in numbers.sorted() {
            if let last = runs.last, number <= last.upperBound + 1 {
                runs[runs.count - 1] = last.lowerBound...max(number, last.upperBound)
            } else {
                runs.append(number...number)
            }
        }
        return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(
            separator: ",")
    }
}
