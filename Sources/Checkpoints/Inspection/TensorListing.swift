public import TensorIO

/// The tensors of a checkpoint as people like to see them: numbered ones that are alike in one line.
public struct TensorListing: Sendable {
    /// Tensors that differ only in numbers of their names.
    public struct Line: Sendable {
        /// The name; where there are several tensors, with the ranges of the numbers, as in
        /// `layers.{0-31}.q_proj.weight`.
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

    /// Lists `tensors`; with `collapsing`, those that differ in numbers, and not in type or shape, share a line.
    public init(_ tensors: [TensorDescriptor], collapsing: Bool = true) {
        guard collapsing else {
            lines = tensors.map { Line(name: $0.name.description, tensors: [$0]) }
            return
        }
        // A name without numbers, as nearly all are where there are a million of them, has a line to itself at once.
        var groups: [(pattern: [UInt8], members: [Member])] = []
        var places: [Key: Int] = [:]
        groups.reserveCapacity(tensors.count)
        for tensor in tensors {
            let (pattern, numbers) = TensorListing.pattern(of: tensor.name)
            let member = Member(numbers: numbers, tensor: tensor)
            guard !numbers.isEmpty else {
                groups.append((pattern, [member]))
                continue
            }
            let key = Key(pattern: pattern, elementType: tensor.elementType, shape: tensor.shape)
            if let place = places[key] {
                groups[place].members.append(member)
            } else {
                places[key] = groups.count
                groups.append((pattern, [member]))
            }
        }
        var lines: [Line] = []
        lines.reserveCapacity(groups.count)
        for (pattern, members) in groups {
            if members.count == 1 {
                let tensor = members[0].tensor
                lines.append(Line(name: tensor.name.description, tensors: [tensor]))
            } else {
                lines += TensorListing.lines(of: members, pattern)
            }
        }
        self.lines = lines
    }

    private struct Member {
        var numbers: [Int]
        let tensor: TensorDescriptor
    }

    private struct Key: Hashable {
        let pattern: [UInt8]
        let elementType: ElementType
        let shape: [Int]
    }

    /// One line where the numbers are all combinations of some ranges; otherwise a line for each of the numbers in the
    /// first place.
    private static func lines(of members: [Member], _ pattern: [UInt8]) -> [Line] {
        guard members.count > 1, let places = members.first?.numbers.indices else {
            return members.map { Line(name: $0.tensor.name.description, tensors: [$0.tensor]) }
        }
        let values = places.map { place in Set(members.map { $0.numbers[place] }) }
        if values.reduce(1, { $0 * $1.count }) == members.count {
            return [Line(name: name(pattern, values.map(ranges)), tensors: members.map(\.tensor))]
        }
        guard places.count > 1 else {
            return [Line(name: name(pattern, values.map(ranges)), tensors: members.map(\.tensor))]
        }
        var order: [Int] = []
        var groups: [Int: [Member]] = [:]
        for member in members {
            var rest = member
            let first = rest.numbers.removeFirst()
            if groups[first] == nil { order.append(first) }
            groups[first, default: []].append(rest)
        }
        return order.flatMap { number in
            lines(of: groups[number] ?? [], filled(pattern, with: "\(number)"))
        }
    }

    /// The pattern with its first place filled.
    private static func filled(_ pattern: [UInt8], with text: String) -> [UInt8] {
        guard let place = pattern.firstIndex(of: 0) else { return pattern }
        return pattern[..<place] + Array(text.utf8) + pattern[(place + 1)...]
    }

    private static func name(_ pattern: [UInt8], _ ranges: [String]) -> String {
        let name = ranges.reduce(pattern) { pattern, range in
            filled(pattern, with: Int(range) == nil ? "{\(range)}" : range)
        }
        return String(decoding: name, as: UTF8.self)
    }

    /// The name with its whole components of digits replaced by NUL, and these numbers.
    private static func pattern(of name: TensorName) -> (pattern: [UInt8], numbers: [Int]) {
        var pattern: [UInt8] = []
        var numbers: [Int] = []
        var (start, end) = (0, 0)
        let bytes = name.bytes
        while start <= bytes.count {
            end = start
            while end < bytes.count, bytes[end] != UInt8(ascii: ".") { end += 1 }
            if let number = number(bytes[start..<end]) {
                if numbers.isEmpty { pattern = Array(bytes[..<start]) }
                numbers.append(number)
                pattern.append(0)
                pattern += bytes[end..<min(end + 1, bytes.count)]
            } else if !numbers.isEmpty {
                pattern += bytes[start..<min(end + 1, bytes.count)]
            }
            start = end + 1
        }
        return numbers.isEmpty ? (bytes, []) : (pattern, numbers)
    }

    /// The number that `component` is the usual spelling of; nil where it is none, or of ten digits and more.
    private static func number(_ component: ArraySlice<UInt8>) -> Int? {
        guard let first = component.first, component.count < 10, component.count == 1 || first != UInt8(ascii: "0"),
            component.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
        else { return nil }
        return component.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// `[0, 1, 2, 5]` as `0-2,5`.
    private static func ranges(_ numbers: Set<Int>) -> String {
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
