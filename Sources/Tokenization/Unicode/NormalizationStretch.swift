private import CUTF8Proc

/// Scalars that are normalized together: perhaps one that nothing before it can touch, then all up to the next such
/// one.
struct NormalizationStretch {
    private let composes: Bool
    private let decomposing: ScalarFlags
    private let options: utf8proc_option_t
    private var scalars: [Int32] = []
    private var classes: [UInt8] = []
    /// Room for the longest decomposition, 18 scalars (U+FDFA).
    private var decomposition = [Int32](repeating: 0, count: 32)

    init(_ form: NormalizationForm) {
        let compatible = form == .kc || form == .kd
        composes = form == .c || form == .kc
        decomposing = compatible ? .unsettledKD : .unsettledD
        let base = UTF8PROC_STABLE.rawValue | UTF8PROC_DECOMPOSE.rawValue
        options = utf8proc_option_t(rawValue: base | (compatible ? UTF8PROC_COMPAT.rawValue : 0))
    }

    /// Reads and decomposes from `start` up to the first settled scalar behind it, and returns where that is.
    mutating func read(_ text: Span<UInt8>, from start: Int, unsettled: ScalarFlags) -> Int {
        scalars.removeAll(keepingCapacity: true)
        classes.removeAll(keepingCapacity: true)
        var index = start
        while index < text.count {
            let scalar = text.scalar(at: index)
            let flags = Scalars.flags(scalar.value)
            if index > start, !flags.contains(unsettled) { break }
            decompose(scalar.value, flags)
            index += scalar.length
        }
        sortMarks()
        return index
    }

    private mutating func decompose(_ scalar: UInt32, _ flags: ScalarFlags) {
        guard flags.contains(decomposing) else {
            scalars.append(Int32(scalar))
            classes.append(0)
            return
        }
        var boundary: Int32 = 0
        let count = unsafe decomposition.withUnsafeMutableBufferPointer {
            unsafe utf8proc_decompose_char(Int32(scalar), $0.baseAddress, $0.count, options, &boundary)
        }
        guard count > 0, count <= decomposition.count else {
            scalars.append(Int32(scalar))
            classes.append(0)
            return
        }
        for part in decomposition[..<count] {
            scalars.append(part)
            classes.append(UInt8(truncatingIfNeeded: unsafe utf8proc_get_property(part).pointee.combining_class))
        }
    }

    /// Sorts each run of scalars of a class other than 0 by class; the order within a class stays.
    private mutating func sortMarks() {
        var index = 0
        while index < classes.count {
            guard classes[index] != 0 else {
                index += 1
                continue
            }
            var end = index + 1
            var isSorted = true
            while end < classes.count, classes[end] != 0 {
                if classes[end] < classes[end - 1] { isSorted = false }
                end += 1
            }
            if !isSorted {
                // By class, then place: linear in the end, however many marks hostile text piles up.
                let order = (index..<end).sorted { (classes[$0], $0) < (classes[$1], $1) }
                let sorted = order.map { scalars[$0] }
                scalars.replaceSubrange(index..<end, with: sorted)
            }
            index = end
        }
    }

    /// Composes where the form does, and appends as UTF-8.
    mutating func write(to output: inout [UInt8]) {
        var count = scalars.count
        if composes, count > 1 {
            let option = utf8proc_option_t(rawValue: UTF8PROC_STABLE.rawValue | UTF8PROC_COMPOSE.rawValue)
            count = unsafe scalars.withUnsafeMutableBufferPointer {
                unsafe utf8proc_normalize_utf32($0.baseAddress, $0.count, option)
            }
        }
        for scalar in scalars.prefix(max(count, 0)) { output.append(scalar: UInt32(bitPattern: scalar)) }
    }
}
