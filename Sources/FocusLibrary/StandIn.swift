internal import Digests
internal import Focus
internal import Parallel
internal import SafetensorsFormat
internal import SystemPackage
internal import TensorIO

/// A checkpoint that stands in for the model where a plan is made without one: its table says nothing of rows but which
/// are zero and which are like others, which is all that a plan depends on.
struct StandIn {
    /// The folder of the checkpoint.
    let path: FilePath

    /// Writes the checkpoint to `folder`.
    ///
    /// - Parameters:
    ///   - rows: the rows of the table, where no table is at hand.
    ///   - table: the model's table; nil where all rows count as trained.
    ///   - isCausal: whether the model predicts the next token.
    /// - Throws: `FormatError` where it cannot be written.
    init(in folder: ScratchFolder, rows: Int, table: MemoryTable?, isCausal: Bool, workers: Workers) throws {
        path = folder.path
        let kind = isCausal ? "StandInForCausalLM" : "StandInModel"
        let config = "{\"architectures\": [\"\(kind)\"], \"model_type\": \"stand-in\", \"vocab_size\": \(rows)}"
        try folder.write(Array(config.utf8), to: "config.json")
        let codes = try table.map { try StandIn.codes(of: $0, workers: workers) } ?? (1...max(1, rows)).map { $0 }
        let values = codes.flatMap { (code: Int) -> [Float] in [Float(code), code == 0 ? 0 : 1] }
        let tensor = try TensorDescriptor(
            name: "embeddings.word_embeddings.weight", elementType: .f32, shape: [rows, 2])
        let contents = TensorContents { (_: TensorDescriptor, sink: TensorContents.Sink) throws(FormatError) in
            try unsafe sink(values.span.bytes)
        }
        try SafetensorsFormat().write(
            [tensor], metadata: [:], options: WriteOptions(), to: folder.path.appending("model.safetensors"),
            contents: contents)
    }

    /// For each row 0 where it is zero, and else 1 more than the first row with the same elements.
    private static func codes(of table: MemoryTable, workers: Workers) throws -> [Int] {
        let tensor = table.tensor
        let (rows, rowByteCount) = (tensor.shape[0], tensor.byteCount / max(1, tensor.shape[0]))
        let hashes: [UInt64?] = try workers.map(rows) { row in
            Result { () throws(FormatError) -> UInt64? in
                var hash = XXHash64()
                var isZero = true
                try table.read(tensor, bytes: row * rowByteCount..<(row + 1) * rowByteCount) {
                    (bytes: RawSpan) throws(FormatError) in
                    hash.append(bytes)
                    if isZero { isZero = unsafe bytes.withUnsafeBytes { unsafe $0.allSatisfy { $0 == 0 } } }
                }
                return isZero ? nil : hash.value
            }
        }.map { try $0.get() }
        var first: [UInt64: Int] = [:]
        return hashes.enumerated().map { row, hash in
            guard let hash else { return 0 }
            if let known = first[hash] { return known + 1 }
            first[hash] = row
            return row + 1
        }
    }
}
