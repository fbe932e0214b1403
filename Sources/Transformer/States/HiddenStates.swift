public import Matrices

/// The states of some sequences, one after the other.
public struct HiddenStates: Sendable {
    /// Which sequences.
    public let sequences: Range<Int>
    /// Where each of them begins in the rows of `values`, and at last where the last one ends.
    public let offsets: [Int]
    /// The states: [positions, width].
    public let values: FloatMatrix
}
