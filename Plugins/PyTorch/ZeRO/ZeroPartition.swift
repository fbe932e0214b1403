internal import PluginSupport

/// The weights that one process keeps, in F32 for its optimizer or frozen: flat tensors, as DeepSpeed's groups have
/// them.
struct ZeroPartition {
    /// The groups, each one flat tensor.
    let groups: [StoredTensor]
    /// Where each group begins, counted in elements, and where the last ends.
    private let starts: [Int]

    /// Puts `groups` one after another.
    init(groups: [StoredTensor]) throws(Refusal) {
        self.groups = groups
        var starts = [0]
        for group in groups {
            let (end, overflow) = starts[starts.count - 1].addingReportingOverflow(group.elementCount)
            guard !overflow, end <= 1 << 58 else {
                throw Refusal(.invalidTensor, "keeps more weights than any file has")
            }
            starts.append(end)
        }
        self.starts = starts
    }

    /// How many elements all groups have.
    var elementCount: Int {
        starts[starts.count - 1]
    }

    /// The bytes of the elements `range` of the groups one after another, as chunks of a tensor of which they are those
    /// from byte `first` on.
    func chunks(_ range: Range<Int>, from first: Int) -> [TensorChunk] {
        var chunks: [TensorChunk] = []
        var place = first
        var number = group(of: range.lowerBound)
        while number < groups.count, starts[number] < range.upperBound {
            let wanted = range.clamped(to: starts[number]..<starts[number + 1])
            let (group, width) = (groups[number], groups[number].type.byteCount)
            if !wanted.isEmpty {
                chunks.append(
                    TensorChunk(
                        first: place, byteCount: wanted.count * width, part: group.part,
                        start: group.start + (wanted.lowerBound - starts[number]) * width))
                place += wanted.count * width
            }
            number += 1
        }
        return chunks
    }

    /// The group that element number `element` is in.
    private func group(of element: Int) -> Int {
        var (low, high) = (0, groups.count)
        while low < high {
            let middle = low + (high - low) / 2
            if starts[middle + 1] > element { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
