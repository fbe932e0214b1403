/// Puts a text before every text that is not empty.
struct PrependNormalizer: Normalizer {
    private let prefix: [UInt8]

    init(_ fields: ComponentFields) throws(TokenizerError) {
        prefix = try fields.bytes("prepend")
    }

    func normalize(_ text: inout NormalizedText) {
        if !text.bytes.isEmpty { text.bytes.insert(contentsOf: prefix, at: 0) }
    }

    var withoutPrefix: (any Normalizer)? { nil }
}
