private import Glibc

/// A number for each head and each distance between query and key, which is added to the score (T5, section 2.1 of
/// Raffel et al. 2020).
public struct RelativeBias: Sendable, Hashable {
    /// Where the table is.
    public enum Place: Sendable, Hashable {
        /// In each layer, a table of its own.
        case eachLayer
        /// In a layer, for all.
        case layer(Int)
        /// Beside the layers, for all.
        case model
    }

    /// The name of the table below its place, without `.weight`: [buckets, heads].
    public let name: String
    /// Where the table is.
    public let place: Place
    /// The number of buckets of distances.
    public let bucketCount: Int
    /// Distances from this on are in the last bucket.
    public let maximumDistance: Int

    /// The bucket of a key that is `distance` after the query; before it where that is negative.
    ///
    /// Half of the buckets are for keys after the query. Of each half, the first half has a bucket a distance, and the
    /// rest grow with the logarithm of the distance.
    public func bucket(of distance: Int) -> Int {
        let half = bucketCount / 2
        let start = distance > 0 ? half : 0
        let exact = half / 2
        let length = abs(distance)
        guard length >= exact else { return start + length }
        // In single precision, and in this order, as transformers does.
        let ratio = logf(Float(length) / Float(exact)) / Float(log(Double(maximumDistance) / Double(exact)))
        return start + min(half - 1, exact + Int(ratio * Float(half - exact)))
    }
}
