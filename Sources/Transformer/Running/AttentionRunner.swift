internal import CKernels
internal import Matrices
internal import Parallel

/// Lets the positions of each sequence of a block attend to each other.
struct AttentionRunner {
    let layer: LoadedLayer
    let block: SequenceBlock
    let tables: RotaryTables.Pair?
    /// For each head, for each distance, what is added to scores; see `DistanceBiases`.
    let biases: DistanceBiases?
    let workers: Workers

    private var attention: AttentionDescription { layer.description.attention }

    /// How many queries of a sequence a thread takes at once.
    private static let chunk = 96

    /// The heads' outputs, [rows, heads * width], for rows of queries, keys and values.
    func outputs(of inputs: inout FloatMatrix) -> FloatMatrix {
        let layout = HeadLayout(attention)
        prepare(&inputs, layout)
        return block.compacted(attend(block.expanded(inputs), layout))
    }

    // MARK: Norms and positions

    /// Normalises queries and keys, and turns them by their positions.
    private func prepare(_ inputs: inout FloatMatrix, _ layout: HeadLayout) {
        guard layer.queryNorm != nil || layer.keyNorm != nil || tables != nil else { return }
        let (places, width) = (places, inputs.columns)
        let (heads, keyHeads) = (attention.heads, attention.keyValueHeads)
        unsafe inputs.forEachBand(workers) { band, start in
            for row in band {
                let (queries, keys) = unsafe (
                    start + row * width + layout.queries, start + row * width + layout.keys
                )
                unsafe normalize(queries, layer.queryNorm, heads: heads, stride: layout.queryStride)
                unsafe normalize(keys, layer.keyNorm, heads: keyHeads, stride: layout.keyStride)
                unsafe turn(queries, places[row], heads: heads, stride: layout.queryStride)
                unsafe turn(keys, places[row], heads: keyHeads, stride: layout.keyStride)
            }
        }
    }

    /// For each row its position and the length of its sequence.
    private var places: [(position: Int, length: Int)] {
        var places: [(position: Int, length: Int)] = []
        places.reserveCapacity(block.positionCount)
        for (start, end) in zip(block.offsets, block.offsets.dropFirst()) {
            for position in 0..<end - start { places.append((position, end - start)) }
        }
        if let shared = block.shared { return shared.positions.map { places[$0] } }
        return places
    }

    private func normalize(_ start: UnsafeMutablePointer<Float>, _ norm: LoadedNorm?, heads: Int, stride: Int) {
        guard let norm else { return }
        let isWhole = norm.weights.count != attention.headWidth
        unsafe norm.apply(to: start, count: isWhole ? 1 : heads, stride: stride, into: start)
    }

    private func turn(
        _ start: UnsafeMutablePointer<Float>, _ place: (position: Int, length: Int), heads: Int, stride: Int
    ) {
        guard let tables, let rotary = attention.rotary else { return }
        let table = tables.table(length: place.length)
        let pairs = rotary.frequencies.count
        let first = place.position * pairs
        unsafe table.cosines.withUnsafeBufferPointer { cosines in
            unsafe table.sines.withUnsafeBufferPointer { sines in
                guard let cosines = cosines.baseAddress, let sines = sines.baseAddress else { return }
                unsafe focus_rotate(
                    start, heads, stride, pairs, cosines + first, sines + first, rotary.pairsAreNeighbours ? 1 : 0)
            }
        }
    }

    // MARK: Attention

    /// Some queries of one sequence, and the head of keys that they meet.
    private struct Part {
        let start: Int
        let length: Int
        let queries: Range<Int>
        let head: Int
    }

    private var parts: [Part] {
        var parts: [Part] = []
        for (index, (start, end)) in zip(block.offsets, block.offsets.dropFirst()).enumerated() {
            // What is shared was another sequence's.
            let own = block.shared?.counts[index] ?? 0
            for first in stride(from: own, to: end - start, by: AttentionRunner.chunk) {
                let queries = first..<min(first + AttentionRunner.chunk, end - start)
                for head in 0..<attention.keyValueHeads {
                    parts.append(Part(start: start, length: end - start, queries: queries, head: head))
                }
            }
        }
        return parts
    }

    private func attend(_ inputs: FloatMatrix, _ layout: HeadLayout) -> FloatMatrix {
        var outputs = FloatMatrix(rows: inputs.rows, columns: attention.heads * attention.headWidth)
        let (parts, inputWidth, outputWidth) = (parts, inputs.columns, outputs.columns)
        unsafe inputs.values.withUnsafeBufferPointer { source in
            unsafe outputs.values.withUnsafeMutableBufferPointer { target in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                let (shared, written) = unsafe (SharedPointer(source), SharedPointer(target))
                workers.forEach(parts.count) { index in
                    let part = parts[index]
                    unsafe attend(
                        part, layout, shared.pointer + part.start * inputWidth, inputWidth,
                        written.pointer + part.start * outputWidth, outputWidth)
                }
            }
        }
        return outputs
    }

    private func attend(
        _ part: Part, _ layout: HeadLayout, _ inputs: UnsafePointer<Float>, _ inputWidth: Int,
        _ outputs: UnsafeMutablePointer<Float>, _ outputWidth: Int
    ) {
        let (attention, width) = (attention, attention.headWidth)
        let group = attention.heads / attention.keyValueHeads
        let keyPlace = part.head * layout.keyStride
        var job = unsafe focus_attention()
        unsafe job.queries = inputs + layout.queries + part.head * group * layout.queryStride
        unsafe job.query_stride = inputWidth
        unsafe job.head_stride = layout.queryStride
        unsafe job.head_count = group
        unsafe job.keys = inputs + layout.keys + keyPlace
        unsafe job.values = inputs + layout.values + keyPlace
        unsafe (job.key_stride, job.value_stride) = (inputWidth, inputWidth)
        unsafe job.outputs = outputs + part.head * group * width
        unsafe job.output_stride = outputWidth
        unsafe job.position_count = part.length
        unsafe (job.first_query, job.last_query) = (part.queries.lowerBound, part.queries.upperBound)
        unsafe job.width = width
        unsafe job.scale = attention.scale
        unsafe job.cap = attention.softCap ?? 0
        unsafe job.causal = attention.isCausal ? 1 : 0
        unsafe job.window = attention.window ?? 0
        let room = unsafe focus_attention_scratch(&job)
        let scratch = Aligned<Float>(room: room)
        guard let biases else { return unsafe focus_attend(&job, scratch.start) }
        unsafe biases.values.withUnsafeBufferPointer { values in
            guard let start = values.baseAddress else { return }
            unsafe job.biases = start + part.head * group * biases.stride + biases.longest - part.length
            unsafe job.bias_stride = biases.stride
            unsafe focus_attend(&job, scratch.start)
        }
    }
}
