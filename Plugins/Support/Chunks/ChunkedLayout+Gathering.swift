extension ChunkedLayout {
    /// What takes bytes; 0 means that it takes more.
    package typealias Send = (UnsafeRawBufferPointer) -> Int32

    /// How many bytes are mapped, or put together, at once.
    private static let pieceByteCount = 1 << 20

    /// Sends the bytes `range` of the tensor to `send`, in order, from `files`.
    ///
    /// - Returns: what `send` returned where that was not 0, or 0.
    package func gather(_ range: Range<Int>, from files: [InputFile?], to send: Send) -> Int32 {
        isInOrder ? unsafe pass(range, from: files, to: send) : unsafe assemble(range, from: files, to: send)
    }

    /// Sends what lies one after another, without a copy.
    private func pass(_ range: Range<Int>, from files: [InputFile?], to send: Send) -> Int32 {
        var number = firstChunk(after: range.lowerBound)
        while number < chunks.count, chunks[number].first < range.upperBound {
            let chunk = chunks[number]
            let wanted = range.clamped(to: chunk.first..<chunk.end)
            let local = wanted.lowerBound - chunk.first..<wanted.upperBound - chunk.first
            if let file = files[chunk.part] {
                let status = unsafe pass(local, of: chunk, in: file, to: send)
                guard status == 0 else { return status }
            }
            number += 1
        }
        return 0
    }

    /// Sends the bytes `local` of `chunk`.
    private func pass(_ local: Range<Int>, of chunk: TensorChunk, in file: InputFile, to send: Send) -> Int32 {
        var start = local.lowerBound
        while start < local.upperBound {
            let end = min(local.upperBound, start + ChunkedLayout.pieceByteCount)
            let place = chunk.start + start..<chunk.start + end
            if chunk.layout == nil {
                file.prefetch(after: place, isFirst: start == local.lowerBound)
                file.populate(place)
            }
            let status = unsafe file.withBytes { bytes in
                guard let layout = chunk.layout else {
                    return unsafe send(UnsafeRawBufferPointer(rebasing: bytes[place]))
                }
                let storage = unsafe UnsafeRawBufferPointer(rebasing: bytes[chunk.start...])
                return unsafe layout.gather(start..<end, from: storage, to: send)
            }
            if chunk.layout == nil { file.release(place) } else { file.release() }
            guard status == 0 else { return status }
            start = end
        }
        return 0
    }

    /// The first chunk that ends after byte `place`, or the number of chunks.
    private func firstChunk(after place: Int) -> Int {
        var (low, high) = (0, chunks.count)
        while low < high {
            let middle = low + (high - low) / 2
            if chunks[middle].end > place { high = middle } else { low = middle + 1 }
        }
        return low
    }

    // MARK: Chunks whose rows are spread

    /// Puts piece after piece together from the chunks that have some of it.
    private func assemble(_ range: Range<Int>, from files: [InputFile?], to send: Send) -> Int32 {
        var piece = [UInt8](repeating: 0, count: min(ChunkedLayout.pieceByteCount, range.count))
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(range.upperBound, start + piece.count)
            let status = unsafe piece.withUnsafeMutableBytes { bytes in
                for chunk in chunks where chunk.first < end && chunk.end > start {
                    if let file = files[chunk.part] { unsafe copy(start..<end, of: chunk, in: file, to: bytes) }
                }
                return unsafe send(UnsafeRawBufferPointer(rebasing: bytes[..<(end - start)]))
            }
            guard status == 0 else { return status }
            start = end
        }
        return 0
    }

    /// Copies what `chunk` has of the bytes `range` of the tensor to their places in `target`, which begins with the
    /// first of them.
    private func copy(
        _ range: Range<Int>, of chunk: TensorChunk, in file: InputFile, to target: UnsafeMutableRawBufferPointer
    ) {
        let length = chunk.rows?.byteCount ?? chunk.byteCount
        let count = chunk.rows?.count ?? 1
        let firstRow = chunk.rows?.firstRow(after: range.lowerBound, from: chunk.first) ?? 0
        guard firstRow < count else { return }
        if chunk.layout == nil {
            let local = chunk.start + firstRow * length
            let place = local..<min(local + range.count, chunk.start + chunk.byteCount)
            file.prefetch(after: place, isFirst: firstRow == 0)
            file.populate(place)
        }
        var row = firstRow
        unsafe file.withBytes { bytes in
            let storage = unsafe UnsafeRawBufferPointer(rebasing: bytes[chunk.start...])
            while row < count {
                let begin = chunk.rows?.start(of: row, from: chunk.first) ?? chunk.first
                guard begin < range.upperBound else { break }
                let wanted = range.clamped(to: begin..<begin + length)
                let local = row * length + wanted.lowerBound - begin
                var place = wanted.lowerBound - range.lowerBound
                func put(_ bytes: UnsafeRawBufferPointer) -> Int32 {
                    unsafe UnsafeMutableRawBufferPointer(rebasing: target[place...]).copyMemory(from: bytes)
                    place += bytes.count
                    return 0
                }
                if let layout = chunk.layout {
                    _ = unsafe layout.gather(local..<local + wanted.count, from: storage, to: put)
                } else {
                    _ = unsafe put(UnsafeRawBufferPointer(rebasing: storage[local..<local + wanted.count]))
                }
                row += 1
            }
        }
        let rows = firstRow * length..<min(row * length, chunk.byteCount)
        if chunk.layout == nil {
            file.release(chunk.start + rows.lowerBound..<chunk.start + rows.upperBound)
        } else {
            file.release()
        }
    }
}
