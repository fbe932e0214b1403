internal import FocusEngine
internal import TensorIO

/// Carries factors on which the rows of a table depend linearly, element by element along the vocabulary.
///
/// A row that is a copy gets what its source row has, bit for bit; one that is a sum of source rows gets the same sum,
/// computed in double precision and rounded once; one that is the mean of the table gets the mean; one that is drawn
/// gets zeros, so that it is as in the base.
struct AdapterChanges {
    /// The source rows that a target row is made of.
    enum Terms {
        /// None: the adapter changes nothing.
        case none
        /// One, as it is.
        case copy(Int)
        /// Several.
        case sum([(source: Int, weight: Double)])
        /// The mean of all that have a token.
        case mean
    }

    /// Rows of the new table.
    let rowCount: Int
    /// Source rows that have a token.
    let usedRows: Int
    /// What each target row is made of.
    let terms: (Int) -> Terms

    /// The new contents of `tensor`, whose `axis` has an element a token.
    func carried(_ bytes: [UInt8], of tensor: TensorDescriptor, axis: Int) -> [UInt8] {
        let width = tensor.elementType.bitWidth / 8
        let count = tensor.shape[axis]
        let inner = tensor.shape[(axis + 1)...].reduce(1, *)
        let outer = tensor.shape[..<axis].reduce(1, *)
        var values: [Float] = []
        unsafe ElementConversion.append(bytes.span.bytes, tensor.elementType, to: &values)
        var result = [UInt8](repeating: 0, count: outer * rowCount * inner * width)
        lazy var means = mean(of: values, outer: outer, count: count, inner: inner)
        for row in 0..<rowCount {
            let sums: (Int) -> [Float]
            switch terms(row) {
            case .none: continue
            case .copy(let source):
                for slice in 0..<outer {
                    let from = (slice * count + source) * inner * width
                    let to = (slice * rowCount + row) * inner * width
                    result.replaceSubrange(to..<to + inner * width, with: bytes[from..<from + inner * width])
                }
                continue
            case .mean:
                let all = means
                sums = { slice in Array(all[slice * inner..<(slice + 1) * inner]) }
            case .sum(let terms):
                sums = { slice in
                    (0..<inner).map { column in
                        Float(
                            terms.reduce(0) {
                                $0 + $1.weight * Double(values[(slice * count + $1.source) * inner + column])
                            })
                    }
                }
            }
            for slice in 0..<outer {
                let block = sums(slice)
                ElementConversion.store(
                    block.span, tensor.elementType, in: &result, at: (slice * rowCount + row) * inner * width)
            }
        }
        return result
    }

    private func mean(of values: [Float], outer: Int, count: Int, inner: Int) -> [Float] {
        let used = max(1, min(usedRows, count))
        return (0..<outer).flatMap { slice in
            (0..<inner).map { column in
                Float(
                    (0..<min(used, count)).reduce(0.0) {
                        $0 + Double(values[(slice * count + $1) * inner + column])
                    } / Double(used))
            }
        }
    }
}
