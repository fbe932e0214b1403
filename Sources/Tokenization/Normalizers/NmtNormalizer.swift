/// The cleaning of Google's NMT: drops control characters, makes other white space and invisible characters spaces.
struct NmtNormalizer: Normalizer {
    func normalize(_ text: inout NormalizedText) {
        ScalarFilter.apply(to: &text) { scalar in
            switch scalar {
            case 0x20...0x7E: .kept
            case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: .dropped
            case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD: .space
            default: .kept
            }
        }
    }
}
