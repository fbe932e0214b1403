private import Glibc
internal import JSON

/// The settings of rotary positions: `rope_parameters` as transformers writes them now, or `rope_theta`, `rope_scaling`
/// and others as it did.
struct RotaryFields {
    /// The base of angles where no other is given for a kind of layer.
    private let theta: Double
    /// The part of a head that is turned.
    private let part: Double
    private let maximumPositions: Int
    private let originalPositions: Int?
    private let scaling: JSONValue?
    private let family: String

    /// Reads the settings, all of which count as asked for.
    ///
    /// - Parameters:
    ///   - usualTheta: the base where none is given.
    ///   - usualPart: the part of a head that is turned where none is given.
    init(
        _ fields: inout ConfigFields, usualTheta: Double = 10000, usualPart: Double = 1, maximumPositions: Int
    ) throws(TransformerError) {
        family = fields.family
        let rotaryPart = try fields.positiveNumber("rotary_pct")
        let rotaryBase = try fields.positiveNumber("rotary_emb_base")
        theta = try fields.positiveNumber("rope_theta") ?? rotaryBase ?? usualTheta
        part = try fields.positiveNumber("partial_rotary_factor") ?? rotaryPart ?? usualPart
        originalPositions = try fields.positive("original_max_position_embeddings")
        let old = fields.value("rope_scaling")
        let new = fields.value("rope_parameters")
        // Of both, transformers takes the old one.
        scaling = old.flatMap { $0.count > 0 ? $0 : nil } ?? new
        self.maximumPositions = maximumPositions
        if let scaling, scaling.kind != .object {
            throw TransformerError(.unsupported, "config.json has rotary positions that are no object")
        }
    }

    /// The rotary positions of heads of `headWidth` elements in layers of a kind: `sliding_attention`.
    ///
    /// - Parameter otherTheta: the base in place of the usual one, where the settings of that kind name none.
    func description(
        headWidth: Int, kind: String? = nil, otherTheta: Double? = nil, appliesScaling: Bool = true
    ) throws(TransformerError) -> RotaryDescription {
        let nested = ["full_attention", "sliding_attention"].contains { scaling?[$0]?.kind == .object }
        var settings = appliesScaling ? scaling : nil
        if nested { settings = kind.flatMap { scaling?[$0] } }
        guard let settings, settings.kind == .object else {
            let width = try turnedWidth(headWidth, part)
            return RotaryDescription(frequencies: RotaryFields.inverse(base: otherTheta ?? theta, width: width))
        }
        var fields = ConfigFields(settings, family: family, place: "rope_parameters.")
        let base = try fields.positiveNumber("rope_theta") ?? otherTheta ?? theta
        let width = try turnedWidth(headWidth, try fields.positiveNumber("partial_rotary_factor") ?? part)
        let oldType = try fields.string("type")
        let type = try fields.string("rope_type") ?? oldType ?? "default"
        let original = try fields.positive("original_max_position_embeddings")
        let ways = RotaryScaling(
            base: base, width: width, maximumPositions: maximumPositions,
            originalPositions: originalPositions ?? original)
        let result =
            switch type {
            case "default": RotaryDescription(frequencies: RotaryFields.inverse(base: base, width: width))
            case "linear": try ways.linear(&fields)
            case "dynamic": try ways.dynamic(&fields)
            case "llama3": try ways.llama3(&fields)
            case "yarn": try ways.yarn(&fields)
            case "longrope", "su": try ways.long(&fields)
            default:
                throw TransformerError(
                    .unsupported, "config.json has rotary positions of type '\(type)', which is not known")
            }
        // Of the default type all else is without effect.
        if type == "default" { fields.ignore("factor", "attention_factor") }
        try fields.refuseOthers()
        return result
    }

    private func turnedWidth(_ headWidth: Int, _ part: Double) throws(TransformerError) -> Int {
        let width = Int(Double(headWidth) * min(part, 2))
        guard width > 0, width <= headWidth, width.isMultiple(of: 2) else {
            throw TransformerError(
                .unsupported, "rotary positions would turn \(width) elements of heads of \(headWidth), which cannot be")
        }
        return width
    }

    /// 1 / base^(2 i / width) for each pair i, in single precision as transformers computes it.
    static func inverse(base: Double, width: Int) -> [Float] {
        (0..<width / 2).map { 1 / powf(Float(base), Float(2 * $0) / Float(width)) }
    }
}
