internal import Checkpoints
internal import JSON

extension CheckpointConfig {
    /// `config` whose settings of the quantisation leave out `modules`, which are plain from now on.
    ///
    /// Every loader has a list of its own for that: `modules_to_not_convert` (FP8, AWQ, MXFP4, torchao), `ignore`
    /// (compressed-tensors, ModelOpt), `exclude` (Quark), `llm_int8_skip_modules` (bitsandbytes), `ignored_layers`
    /// (vLLM). All lists that are there get the names, and where there is none the method's own is made. MLX has an
    /// entry a module instead, which is false.
    mutating func leaveOut(_ modules: [String], of config: JSONBuilder, named file: String) -> JSONBuilder {
        guard !modules.isEmpty, file == "config.json" else { return config }
        return leaveOut(modules, of: config, in: file + ": ")
    }

    private static let lists = [
        "modules_to_not_convert", "ignore", "ignored_layers", "exclude", "exclude_modules", "llm_int8_skip_modules",
    ]

    private mutating func leaveOut(_ modules: [String], of config: JSONBuilder, in path: String) -> JSONBuilder {
        guard case .object(var members) = config else { return config }
        for index in members.indices {
            guard case .object(let inner) = members[index].value, !inner.isEmpty else { continue }
            let key = String(decoding: members[index].key, as: UTF8.self)
            members[index].value =
                ConfigNumbers.isQuantization(key)
                ? leftOut(modules, of: members[index].value, at: path + key)
                : leaveOut(modules, of: members[index].value, in: path + key + ".")
        }
        return .object(members)
    }

    private mutating func leftOut(_ modules: [String], of settings: JSONBuilder, at place: String) -> JSONBuilder {
        var settings = settings
        if settings["quant_method"] == nil, settings["group_size"] != nil, settings["bits"] != nil {
            for module in modules { set(module, to: .boolean(false), in: &settings, at: place) }
            return settings
        }
        var keys = Self.lists.filter { key in
            if case .array? = settings[key] { return true }
            return false
        }
        if keys.isEmpty { keys = [Self.list(of: settings["quant_method"])] }
        for key in keys {
            var names: [JSONBuilder] = []
            if case .array(let known)? = settings[key] { names = known }
            names += modules.map { .text($0) }.filter { !names.contains($0) }
            set(key, to: .array(names), in: &settings, at: place)
        }
        return settings
    }

    private mutating func set(_ key: String, to value: JSONBuilder, in settings: inout JSONBuilder, at place: String) {
        guard settings[key] != value else { return }
        changes.append(
            ConfigChange(
                key: "\(place).\(key)", old: settings[key].map(Self.text) ?? "not said", new: Self.text(value)))
        settings[key] = value
    }

    /// The list of layers that a method leaves out.
    private static func list(of method: JSONBuilder?) -> String {
        guard case .string(let name)? = method else { return "modules_to_not_convert" }
        switch String(decoding: name, as: UTF8.self) {
        case "compressed-tensors", "modelopt": return "ignore"
        case "quark": return "exclude"
        case "bitsandbytes": return "llm_int8_skip_modules"
        default: return "modules_to_not_convert"
        }
    }
}
