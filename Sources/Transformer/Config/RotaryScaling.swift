private import Glibc
internal import JSON

/// Ways of stretching rotary positions over longer texts than a model was trained on, each as transformers computes it.
struct RotaryScaling {
    /// The base of the angles.
    let base: Double
    /// How many elements of a head are turned.
    let width: Int
    /// The most positions that config.json states.
    let maximumPositions: Int
    /// How many positions the model was first trained on.
    let originalPositions: Int?

    private var frequencies: [Float] { RotaryFields.inverse(base: base, width: width) }
    private var original: Double { Double(originalPositions ?? maximumPositions) }

    /// Every angle divided by a factor (position interpolation).
    func linear(_ fields: inout ConfigFields) throws(TransformerError) -> RotaryDescription {
        fields.ignore("original_max_position_embeddings", "attention_factor")
        let factor = Float(try neededFactor(&fields))
        return RotaryDescription(frequencies: frequencies.map { $0 / factor })
    }

    /// Another base for texts beyond the most positions; below, which is all that is run, nothing.
    func dynamic(_ fields: inout ConfigFields) throws(TransformerError) -> RotaryDescription {
        fields.ignore("original_max_position_embeddings", "alpha")
        _ = try neededFactor(&fields)
        return RotaryDescription(frequencies: frequencies)
    }

    /// Slow angles divided by a factor, fast ones kept, and a slope between (Llama 3.1).
    func llama3(_ fields: inout ConfigFields) throws(TransformerError) -> RotaryDescription {
        let factor = Float(try neededFactor(&fields))
        let low = try fields.positiveNumber("low_freq_factor") ?? 1
        let high = try fields.positiveNumber("high_freq_factor") ?? 4
        guard high > low else {
            throw TransformerError(.unsupported, "config.json has a 'high_freq_factor' that is not above the low one")
        }
        let (slow, fast) = (Float(original / low), Float(original / high))
        return RotaryDescription(
            frequencies: frequencies.map { frequency in
                let length = 2 * Float.pi / frequency
                if length > slow { return frequency / factor }
                if length < fast { return frequency }
                let share = (Float(original) / length - Float(low)) / Float(high - low)
                return (1 - share) * frequency / factor + share * frequency
            })
    }

    /// The same with a slope over the pairs, and hotter attention (Peng et al. 2023).
    func yarn(_ fields: inout ConfigFields) throws(TransformerError) -> RotaryDescription {
        let factor = try fields.positiveNumber("factor") ?? Double(maximumPositions) / original
        let scale = try yarnScale(&fields, factor: factor)
        let fast = try fields.positiveNumber("beta_fast") ?? 32
        let slow = try fields.positiveNumber("beta_slow") ?? 1
        let truncates = try fields.flag("truncate") ?? true
        func pair(_ turns: Double) -> Double {
            Double(width) * log(original / (turns * 2 * .pi)) / (2 * log(base))
        }
        var (first, last) = (pair(fast), pair(slow))
        if truncates { (first, last) = (first.rounded(.down), last.rounded(.up)) }
        (first, last) = (max(first, 0), min(last, Double(width - 1)))
        if first == last { last += 0.001 }
        let kept = (0..<width / 2).map { powf(Float(base), Float(2 * $0) / Float(width)) }
        return RotaryDescription(
            frequencies: kept.enumerated().map { index, power in
                let ramp = min(max((Float(index) - Float(first)) / Float(last - first), 0), 1)
                return 1 / (Float(factor) * power) * ramp + 1 / power * (1 - ramp)
            }, scale: Float(scale))
    }

    private func yarnScale(_ fields: inout ConfigFields, factor: Double) throws(TransformerError) -> Double {
        let stated = try fields.number("attention_factor")
        let (own, all) = (try fields.number("mscale") ?? 0, try fields.number("mscale_all_dim") ?? 0)
        func scale(_ weight: Double) -> Double { factor <= 1 ? 1 : 0.1 * weight * log(factor) + 1 }
        return stated ?? (own != 0 && all != 0 ? scale(own) / scale(all) : scale(1))
    }

    /// A factor for each pair, others for long texts than for short ones (Ding et al. 2024).
    func long(_ fields: inout ConfigFields) throws(TransformerError) -> RotaryDescription {
        let stated = try fields.positiveNumber("factor")
        let factor = stated ?? Double(maximumPositions) / original
        let scale =
            try fields.number("attention_factor")
            ?? (factor <= 1 ? 1 : (1 + log(factor) / log(original)).squareRoot())
        func divided(_ key: String) throws(TransformerError) -> [Float] {
            let factors = try fields.list(key)?.compactMap { $0.double.map { Float($0) } } ?? []
            guard factors.count == width / 2, factors.allSatisfy({ $0.isFinite && $0 != 0 }) else {
                throw TransformerError(
                    .unsupported,
                    "config.json has a '\(key)' of rotary positions without \(width / 2) numbers, one a pair")
            }
            return factors.enumerated().map { 1 / ($1 * powf(Float(base), Float(2 * $0) / Float(width))) }
        }
        let (short, long) = (try divided("short_factor"), try divided("long_factor"))
        return RotaryDescription(
            frequencies: short, longFrequencies: long, longFrom: (originalPositions ?? maximumPositions) + 1,
            scale: Float(scale))
    }

    private func neededFactor(_ fields: inout ConfigFields) throws(TransformerError) -> Double {
        guard let factor = try fields.positiveNumber("factor") else {
            throw TransformerError(.unsupported, "config.json has rotary positions that are scaled by no 'factor'")
        }
        return factor
    }
}
