/// Brings text into a normalization form of Unicode.
struct UnicodeNormalizer: Normalizer {
    let form: NormalizationForm

    func normalize(_ text: inout NormalizedText) {
        form.apply(to: &text.bytes)
    }
}
