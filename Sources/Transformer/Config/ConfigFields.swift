internal import JSON

/// The settings of a config.json, of which each must be asked for: what nobody asked for is not known, and refused.
struct ConfigFields {
    /// The family, as `model_type` says.
    let family: String
    private let object: JSONValue
    private var asked: Set<String> = ["model_type"]
    /// What stands before names in messages.
    private let place: String

    /// The settings of `object`; of `text_config` in it where the model has other parts, too.
    init(_ config: JSONValue) throws(TransformerError) {
        let isNested = config["text_config"]?.kind == .object
        let object = isNested ? config["text_config"] ?? config : config
        guard let family = object["model_type"]?.string ?? config["model_type"]?.string else {
            throw TransformerError(.unknownFamily, "config.json has no 'model_type', which tells how a model is run")
        }
        self.init(object, family: family, place: isNested ? "text_config." : "")
        for outer in isNested ? [config, object] : [object] {
            for key in ["quantization_config", "auto_map"] {
                guard let value = outer[key], !value.isNull, !(value.kind == .object && value.count == 0) else {
                    continue
                }
                // The code that came with the first Phi-3 is in transformers since.
                if key == "auto_map", family == "phi3" { continue }
                throw TransformerError(
                    .unsupported,
                    key == "auto_map"
                        ? "config.json has 'auto_map': the model is run by code of its own, which is not known"
                        : "config.json has 'quantization_config': weights that are packed are not run")
            }
        }
        asked.formUnion(["quantization_config", "auto_map"])
    }

    /// The settings of an object inside of a config.
    init(_ object: JSONValue, family: String, place: String) {
        self.object = object
        self.family = family
        self.place = place
    }

    /// The name of a setting, for messages.
    func name(of key: String) -> String { "'\(place)\(key)'" }

    /// The value of a setting; nil where it is absent or null.
    mutating func value(_ key: String) -> JSONValue? {
        asked.insert(key)
        return object[key].flatMap { $0.isNull ? nil : $0 }
    }

    /// Whether a setting is there, be it null.
    func has(_ key: String) -> Bool { object[key] != nil }

    /// A whole number from 1 to 2^30, or nil.
    mutating func positive(_ key: String) throws(TransformerError) -> Int? {
        guard let value = value(key) else { return nil }
        guard let number = value.integer, number > 0, number <= 1 << 30 else {
            throw wrong(key, value, "a whole number above 0")
        }
        return number
    }

    /// A whole number from 1 to 2^30 that must be there, unless the family has a usual one.
    mutating func needed(_ key: String, otherwise usual: Int? = nil) throws(TransformerError) -> Int {
        guard let number = try positive(key) ?? usual else {
            throw TransformerError(
                .unsupported, "config.json lacks \(name(of: key)), without which no \(family) is run")
        }
        return number
    }

    /// A finite number, or nil.
    mutating func number(_ key: String) throws(TransformerError) -> Double? {
        guard let value = value(key) else { return nil }
        guard let number = value.double, number.isFinite, abs(number) < 1e30 else {
            throw wrong(key, value, "a number")
        }
        return number
    }

    /// A finite number above 0, or nil.
    mutating func positiveNumber(_ key: String) throws(TransformerError) -> Double? {
        guard let number = try number(key) else { return nil }
        guard number > 0 else {
            throw TransformerError(.unsupported, "config.json has \(name(of: key)) \(number), which must be above 0")
        }
        return number
    }

    /// True or false, or nil.
    mutating func flag(_ key: String) throws(TransformerError) -> Bool? {
        guard let value = value(key) else { return nil }
        guard let flag = value.boolean else { throw wrong(key, value, "true or false") }
        return flag
    }

    /// A string, or nil.
    mutating func string(_ key: String) throws(TransformerError) -> String? {
        guard let value = value(key) else { return nil }
        guard let string = value.string else { throw wrong(key, value, "a string") }
        return string
    }

    /// The elements of a list, or nil.
    mutating func list(_ key: String) throws(TransformerError) -> [JSONValue]? {
        guard let value = value(key) else { return nil }
        guard value.kind == .array else { throw wrong(key, value, "a list") }
        return Array(value.elements)
    }

    /// Refuses a flag that has another value than the only one that is run.
    mutating func require(_ key: String, _ wanted: Bool) throws(TransformerError) {
        if let flag = try flag(key), flag != wanted {
            throw TransformerError(.unsupported, "config.json has \(name(of: key)) \(flag), which is not run")
        }
    }

    /// An activation, by the first of `keys` that is there.
    mutating func activation(_ keys: String..., otherwise usual: String) throws(TransformerError) -> Activation {
        var name = usual
        for key in keys.reversed() { name = try string(key) ?? name }
        guard let activation = Activation(named: name) else {
            throw TransformerError(
                .unsupported, "config.json has \(self.name(of: keys[0])) '\(name)', an activation that is not known")
        }
        return activation
    }

    /// Takes settings for known that do not change what is computed here.
    mutating func ignore(_ keys: String...) { asked.formUnion(keys) }

    /// Refuses settings that nobody asked for, unless they are null, false or of those that never matter.
    func refuseOthers() throws(TransformerError) {
        for (key, value) in object.members {
            let key = String(decoding: key, as: UTF8.self)
            guard !asked.contains(key), !value.isNull, value.boolean != false, !HarmlessSettings.contains(key) else {
                continue
            }
            if value.kind == .array || value.kind == .object, value.count == 0 { continue }
            throw TransformerError(
                .unsupported,
                "config.json has \(name(of: key)), a setting that is not known for '\(family)' and may change what the "
                    + "model computes")
        }
    }

    private func wrong(_ key: String, _ value: JSONValue, _ wanted: String) -> TransformerError {
        let found = value.numberText ?? value.string ?? value.boolean.map(String.init) ?? "\(value.kind)"
        return TransformerError(.unsupported, "config.json has \(name(of: key)) \(found.prefix(60)), not \(wanted)")
    }
}
