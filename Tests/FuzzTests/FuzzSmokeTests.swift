import FuzzTargets
import Testing

/// What libFuzzer calls, called with its seeds and with seeds that were changed: the same changes each time.
@Suite struct `Every reader keeps its word` {
    @Test(arguments: FuzzTarget.all)
    func `on what fuzzing starts from`(target: FuzzTarget) throws {
        let folder = try FuzzFolder()
        let seeds = try target.seeds
        #expect(!seeds.isEmpty)
        for seed in seeds {
            #expect(throws: Never.self, "\(seed.name)") { try target.run(seed.bytes, in: folder) }
        }
    }

    @Test(arguments: FuzzTarget.all)
    func `on changed files`(target: FuzzTarget) throws {
        let folder = try FuzzFolder()
        var changes = FuzzChanges(of: try target.seeds.map(\.bytes), words: target.words.map { Array($0.utf8) })
        for number in 0..<changeCount(for: target) {
            let input = changes.next(atMost: target.maximumByteCount)
            #expect(throws: Never.self, "change \(number)") { try target.run(input, in: folder) }
        }
    }

    /// How many changed inputs a target gets. A file of HDF5 is tried in a process of its own first, which takes
    /// milliseconds.
    private func changeCount(for target: FuzzTarget) -> Int {
        ["hdf5", "keras"].contains(target.name) ? 200 : 2_000
    }
}
