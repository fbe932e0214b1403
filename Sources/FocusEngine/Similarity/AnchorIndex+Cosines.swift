private import CKernels
internal import Parallel

extension AnchorIndex {
    /// One over the length of each of the vectors `indices`.
    static func inverseNorms(
        of indices: ArraySlice<Int>, _ vectors: AuxiliaryVectors, workers: Workers = Workers(count: 1)
    ) -> [Double] {
        let norms = workers.map((indices.count + vectorsAtATime - 1) / vectorsAtATime) { part in
            unsafe vectors.values.withUnsafeBufferPointer { values in
                indices.dropFirst(part * vectorsAtATime).prefix(vectorsAtATime)
                    .map { unsafe inverseNorm($0, in: values, vectors.dimension) }
            }
        }
        return Array(norms.joined())
    }

    private static func inverseNorm(_ vector: Int, in values: UnsafeBufferPointer<Float>, _ dimension: Int) -> Double {
        let start = unsafe values.baseAddress! + vector * dimension
        return unsafe 1 / focus_dot(start, start, dimension).squareRoot()
    }

    /// The vectors `indices`, each times its factor, row after row.
    static func rows(
        _ indices: ArraySlice<Int>, times factors: [Double], _ vectors: AuxiliaryVectors,
        workers: Workers = Workers(count: 1)
    ) -> Aligned<Float> {
        let dimension = vectors.dimension
        let rows = Aligned<Float>(room: indices.count * dimension)
        forEachPart(of: indices.count, workers) { part in
            unsafe vectors.values.withUnsafeBufferPointer { values in
                for row in part {
                    let (start, factor) = (indices[indices.startIndex + row] * dimension, factors[row])
                    for k in 0..<dimension {
                        unsafe rows.start[row * dimension + k] = Float(Double(values[start + k]) * factor)
                    }
                }
            }
        }
        return rows
    }

    /// The cosines of a query with some anchors.
    ///
    /// - Parameter inverseNorm: one over the length of the query.
    func cosines(of query: Int, _ inverseNorm: Double, with anchors: [Int]) -> [Double] {
        let indices = anchors.map { UInt32(anchorVectors[$0]) }
        var cosines = [Double](repeating: 0, count: anchors.count)
        unsafe vectors.values.withUnsafeBufferPointer { values in
            guard let start = values.baseAddress else { return }
            unsafe focus_dots(
                start + query * vectors.dimension, start, vectors.dimension, indices, indices.count, &cosines)
        }
        for (index, anchor) in anchors.enumerated() { cosines[index] *= inverseNorm * inverseNorms[anchor] }
        return cosines
    }

    /// The cosines of one vector with all anchors.
    func cosines(of query: Int) -> [Double] {
        cosines(of: query, AnchorIndex.inverseNorms(of: [query], vectors)[0], with: Array(sources.indices))
    }
}
