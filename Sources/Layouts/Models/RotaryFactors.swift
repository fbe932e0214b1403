internal import JSON
internal import Replacement
internal import TensorIO

/// The numbers by which GGUF divides each frequency of rotary positions, in a tensor, and what config.json says of
/// them.
enum RotaryFactors {
    /// The names of such tensors.
    static let names = ["rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight"]

    /// The largest number of factors that is read.
    private static let limit = 1 << 16

    /// `rope_scaling` of config.json; nil where there are no such tensors.
    ///
    /// - Throws: `FocusError` where they are not what one of Llama's or Phi's settings gives; `FormatError` where they
    ///   cannot be read.
    static func scaling(
        _ tensors: [(tensor: TensorDescriptor, reader: any TensorReader)], _ family: ModelFamily,
        _ metadata: GGUFMetadata
    ) throws -> JSONBuilder? {
        var factors: [String: [Float]] = [:]
        for (tensor, reader) in tensors where names.contains(tensor.name.description) {
            guard tensor.elementType == .f32, tensor.shape.count == 1, tensor.elementCount <= limit else {
                throw FormatError(
                    .invalidTensor, "is \(tensor), where a few numbers are expected",
                    path: metadata.path, tensor: tensor.name)
            }
            let bytes = try reader.bytes(of: tensor)
            var numbers = [Float](repeating: 0, count: tensor.elementCount)
            var output = numbers.mutableSpan
            unsafe ElementConversion.toFloat(bytes.span.bytes, .f32, into: &output)
            factors[tensor.name.description] = numbers
        }
        func list(_ numbers: [Float]) -> JSONBuilder {
            // As the float was written, not as a double has it.
            .array(numbers.map { $0.isFinite ? .number($0.description) : .null })
        }
        if let long = factors[names[1]], let short = factors[names[2]] {
            return .object(
                [
                    .init("type", .text("longrope")), .init("rope_type", .text("longrope")),
                    .init("long_factor", list(long)), .init("short_factor", list(short)),
                ] + (try attention(family, metadata)))
        }
        return try factors[names[0]].flatMap { try llama($0, family, metadata) }
    }

    /// The factor of attention, where it is not what the stretch gives.
    private static func attention(
        _ family: ModelFamily, _ metadata: GGUFMetadata
    ) throws(FocusError) -> [JSONBuilder.Member] {
        let context = try metadata.required("\(family.architecture).context_length")
        let original = try metadata.size("\(family.architecture).rope.scaling.original_context_length") ?? context
        let found = try metadata.number("\(family.architecture).rope.scaling.attn_factor") ?? 1
        let usual = RotaryScaling.longAttention(
            stretch: Double(context) / Double(max(original, 1)), original: original)
        return abs(found - usual) <= 1e-5 * usual ? [] : [.init("attention_factor", .double(found))]
    }

    /// Llama 3.1's setting: frequencies of long waves are divided by `factor`, those of short ones stay, and between
    /// them it goes smoothly. Low and high are 1 and 4 in all published models, and the context was mostly 8192.
    private static func llama(
        _ factors: [Float], _ family: ModelFamily, _ metadata: GGUFMetadata
    ) throws(FocusError) -> JSONBuilder? {
        if factors.allSatisfy({ $0 == 1 }) { return nil }
        let base = try metadata.number("\(family.architecture).rope.freq_base") ?? 10_000
        let factor = Double(factors.max() ?? 1)
        for context in contexts(factors, base: base, factor: factor) {
            let expected = llama(count: factors.count, base: base, factor: factor, low: 1, high: 4, context: context)
            guard zip(factors, expected).allSatisfy({ abs(Double($0) - $1) <= 1e-3 * abs($1) }) else { continue }
            return .object([
                .init("rope_type", .text("llama3")), .init("factor", .double(factor)),
                .init("low_freq_factor", .double(1)), .init("high_freq_factor", .double(4)),
                .init("original_max_position_embeddings", .integer(Int(context))),
            ])
        }
        throw FocusError(
            "its tensor 'rope_freqs.weight' is not what Llama 3.1's setting gives (a factor of \(factor), and parts "
                + "of 1 and 4 for low and high): config.json cannot say it", path: metadata.path)
    }

    /// The lengths of text that the factors may have been made for: the usual one, and those that they tell.
    private static func contexts(_ factors: [Float], base: Double, factor: Double) -> [Double] {
        var contexts = [8192.0]
        for (index, number) in factors.enumerated() {
            let wave = 2 * Double.pi * Power.of(base, Double(index) / Double(factors.count))
            let (number, next) = (Double(number), index + 1 < factors.count ? Double(factors[index + 1]) : factor)
            if number > 1, number < factor {
                // How much of the frequency stays, and so where between low and high its wave is.
                let smooth = (1 / number - 1 / factor) / (1 - 1 / factor)
                contexts.append((wave * (1 + 3 * smooth)).rounded())
            } else if number == 1, next == factor {
                // None lies between: the wave is shorter than a fourth of the length, and the next one longer.
                contexts += [(4 * wave + 1).rounded(.up)]
            }
        }
        return contexts.filter { $0 >= 1 && $0 <= 1e9 }
    }

    /// The `count` factors of that setting.
    static func llama(
        count: Int, base: Double, factor: Double, low: Double, high: Double, context: Double
    ) -> [Double] {
        (0..<count).map { index in
            let wave = 2 * Double.pi * Power.of(base, Double(index) / Double(count))
            if wave < context / high { return 1 }
            if wave > context / low { return factor }
            let smooth = (context / wave - low) / (high - low)
            return 1 / ((1 - smooth) / factor + smooth)
        }
    }
}
