internal import FocusEngine
internal import TensorIO

extension RowSampler {
    /// What rows of a tensor that have no counterpart are drawn from.
    ///
    /// The stream of random numbers follows the figures, so that two copies of one table (a stored tie) get the same
    /// rows.
    ///
    /// - Throws: `FormatError` where the figures are not finite.
    init(seed: UInt64, _ statistics: ColumnStatistics, of tensor: TensorDescriptor) throws(FormatError) {
        guard statistics.isFinite else {
            throw FormatError(
                .invalidTensor, "holds NaN or infinities, so that no row can be drawn from its distribution",
                tensor: tensor.name)
        }
        let figures = statistics.means.flatMap { mean in
            (0..<8).map { UInt8(truncatingIfNeeded: mean.bitPattern >> ($0 * 8)) }
        }
        self.init(SeededNormal(seed: seed, name: figures), statistics)
    }
}
