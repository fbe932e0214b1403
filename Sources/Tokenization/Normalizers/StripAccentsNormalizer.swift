/// Drops marks; accents of composed letters stay, which is why a decomposing normalizer usually comes first.
struct StripAccentsNormalizer: Normalizer {
    func normalize(_ text: inout NormalizedText) {
        ScalarFilter.apply(to: &text) { scalar in
            scalar >= 0x80 && Scalars.flags(scalar).contains(.mark) ? .dropped : .kept
        }
    }
}
