package import TensorIO

/// Small whole numbers with a scale and a bias for each group of a row: a number is its element times the scale plus
/// the bias. MLX keeps weights so.
///
/// Elements follow each other in a row's bytes from the lowest bit on, 2, 3, 4, 5, 6 or 8 bits each.
package struct AffineGroups: Sendable, Hashable {
    /// The bits of an element.
    package let bits: Int
    /// The elements that share a scale and a bias.
    package let size: Int
    /// The elements of a row.
    package let width: Int
    /// What scales and biases are.
    package let scaleType: ElementType

    /// The groups of a row.
    package var groupsInRow: Int { width / size }
    /// The bytes of a row's elements.
    package var rowByteCount: Int { width * bits / 8 }
    private var largest: Int { 1 << bits - 1 }

    /// The numbers of neighbouring rows of which `elements` are the bytes.
    ///
    /// - Parameter scales: those of the same rows; so are `biases`.
    package func numbers(_ elements: RawSpan, scales: [Float], biases: [Float]) -> [Float] {
        let rows = elements.byteCount / max(1, rowByteCount)
        var numbers: [Float] = []
        numbers.reserveCapacity(rows * width)
        for row in 0..<rows {
            var (held, count, next) = (0, 0, row * rowByteCount)
            for column in 0..<width {
                while count < bits {
                    held |= Int(elements.byte(at: next)) << count
                    count += 8
                    next += 1
                }
                let group = row * groupsInRow + column / size
                numbers.append(Float(held & largest) * scales[group] + biases[group])
                held >>= bits
                count -= bits
            }
        }
        return numbers
    }

    /// Appends whole rows as elements, scales and biases.
    ///
    /// The rule is that of MLX: what is farther from zero of a group's least and greatest number is the bias, and the
    /// scale leads from there to the other one, and is adjusted so that zero stays zero. Numbers are off by at most
    /// half the scale, and by as much again at the far end of a group, besides the rounding of scale and bias to their
    /// type.
    package func append(_ numbers: [Float], elements: inout [UInt8], scales: inout [Float], biases: inout [Float]) {
        var (held, count) = (0, 0)
        for start in stride(from: 0, to: numbers.count, by: size) {
            let group = numbers[start..<start + size]
            let (least, greatest) = (group.min() ?? 0, group.max() ?? 0)
            let isBelow = least.magnitude > greatest.magnitude
            let step = max((greatest - least) / Float(largest), 1e-7)
            var scale = isBelow ? step : -step
            var bias: Float = 0
            let edge = isBelow ? least : greatest
            let steps = (edge / scale).rounded(.toNearestOrEven)
            if steps != 0 { (scale, bias) = (edge / steps, edge) }
            scales.append(scale)
            biases.append(bias)
            for number in group {
                let element = ((number - bias) / scale).rounded(.toNearestOrEven)
                held |= Int(min(max(element, 0), Float(largest))) << count
                count += bits
                while count >= 8 {
                    elements.append(UInt8(held & 0xFF))
                    held >>= 8
                    count -= 8
                }
            }
        }
    }
}
