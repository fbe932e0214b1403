internal import Synchronization

/// How much of the work of comparing new tokens with anchors was done.
package final class ComparisonTally: Sendable {
    private let computed = Atomic<Int>(0)
    private let total = Atomic<Int>(0)

    /// Counts nothing yet.
    package init() {}

    func add(computed panels: Int, of all: Int) {
        computed.wrappingAdd(panels, ordering: .relaxed)
        total.wrappingAdd(all, ordering: .relaxed)
    }

    /// The share of the pairs of a new token and an anchor that were ruled out without their similarity.
    package var skippedShare: Double {
        let all = total.load(ordering: .relaxed)
        return all == 0 ? 0 : 1 - Double(computed.load(ordering: .relaxed)) / Double(all)
    }
}
