package import Parallel

extension Workers {
    /// The results of `transform` for the index of each of `tensors`, in order.
    ///
    /// What a reader unpacks on several threads is read one tensor after the other, on the caller's thread: more at
    /// once would take more memory and more threads, and no less time. All other tensors are read side by side.
    ///
    /// - Throws: the error of the lowest index that threw.
    package func mapTensors<Result: Sendable>(
        _ tensors: [(tensor: TensorDescriptor, reader: any TensorReader)],
        _ transform: @Sendable (Int) throws -> Result
    ) throws -> [Result] {
        let isThreaded = tensors.map { $0.reader.unpacksOnThreads($0.tensor) }
        let sideBySide = tensors.indices.filter { !isThreaded[$0] }
        var outcomes: [Int: Swift.Result<Result, any Error>] = [:]
        let others: [Swift.Result<Result, any Error>] = map(sideBySide.count) { place in
            Swift.Result { try transform(sideBySide[place]) }
        }
        for (index, outcome) in zip(sideBySide, others) { outcomes[index] = outcome }
        return try tensors.indices.map { index in
            try (outcomes[index] ?? Swift.Result { try transform(index) }).get()
        }
    }
}
