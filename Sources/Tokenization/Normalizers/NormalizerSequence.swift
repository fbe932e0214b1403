/// Normalizers one after the other.
struct NormalizerSequence: Normalizer {
    let normalizers: [any Normalizer]

    func normalize(_ text: inout NormalizedText) {
        for normalizer in normalizers where text.failure == nil { normalizer.normalize(&text) }
    }

    var withoutPrefix: (any Normalizer)? { NormalizerSequence(normalizers: normalizers.compactMap(\.withoutPrefix)) }
}
