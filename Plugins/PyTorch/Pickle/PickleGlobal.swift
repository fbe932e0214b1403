internal import PluginSupport

/// The names from Python that a pickle may use. Nothing of them is looked up or called: each stands for what it would
/// make.
enum PickleGlobal {
    case orderedDictionary
    case rebuildTensor
    case rebuildTensor2
    case rebuildTensor3
    case rebuildParameter
    case rebuildParameterWithState
    case rebuildFromType
    /// torch.Tensor and torch.nn.Parameter, as arguments.
    case tensorType
    case size
    case device
    case elementType(TorchType)
    case storageType(TorchType)
    /// Any other, where a pickle is only described: its name in the module.
    case other([UInt8])

    /// The global `module`.`name`.
    ///
    /// - Throws: `Refusal` for all that are not on the list, whether or not they would be called.
    init(_ module: [UInt8], _ name: [UInt8]) throws(Refusal) {
        let (moduleName, globalName) = (module.printable, name.printable)
        // Text that is more than ASCII equals no name here, whatever Unicode says.
        guard (module + name).allSatisfy({ $0 < 0x80 }) else { throw PickleGlobal.refusal(of: moduleName, globalName) }
        switch (moduleName, globalName) {
        case ("collections", "OrderedDict"): self = .orderedDictionary
        case ("torch._utils", "_rebuild_tensor"): self = .rebuildTensor
        case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor2
        case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTensor3
        case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
        case ("torch._utils", "_rebuild_parameter_with_state"): self = .rebuildParameterWithState
        case ("torch._tensor", "_rebuild_from_type_v2"): self = .rebuildFromType
        case ("torch", "Tensor"), ("torch.nn.parameter", "Parameter"): self = .tensorType
        case ("torch", "Size"): self = .size
        case ("torch", "device"): self = .device
        case ("torch", "UntypedStorage"), ("torch.storage", "UntypedStorage"): self = .storageType(.byte)
        case ("torch", _):
            if let type = TorchType(storage: globalName) {
                self = .storageType(type)
            } else if let type = TorchType(name: globalName) {
                self = .elementType(type)
            } else {
                throw PickleGlobal.refusal(of: moduleName, globalName)
            }
        default: throw PickleGlobal.refusal(of: moduleName, globalName)
        }
    }

    /// The global `module`.`name`; where `manner` says so, one that is not on the list stands for itself.
    init(_ module: [UInt8], _ name: [UInt8], _ manner: PickleManner) throws(Refusal) {
        do throws(Refusal) {
            try self.init(module, name)
        } catch {
            guard manner == .describing else { throw error }
            // A dictionary with a value for what is missing is one.
            let isDictionary = module.elementsEqual("collections".utf8) && name.elementsEqual("defaultdict".utf8)
            self = isDictionary ? .orderedDictionary : .other(name)
        }
    }

    /// Why the global is not on the list, and what to do instead.
    private static func refusal(of module: String, _ name: String) -> Refusal {
        let asked = "its pickle asks for '\(module).\(name)'"
        if let (what, cure) = kind(of: module, name) {
            return Refusal(.unsupported, "\(asked), which makes \(what): \(cure) before torch.save")
        }
        return Refusal(
            .unsupported,
            "\(asked), which no tensor needs; nothing was run. Where the file can be trusted, load it and save only "
                + "the "
                + "state_dict, with torch.save")
    }

    /// What a well-known global makes, and what people can do about it.
    private static func kind(of module: String, _ name: String) -> (what: String, cure: String)? {
        switch (module, name) {
        case ("torch._utils", "_rebuild_qtensor"): ("a quantised tensor", "call dequantize() on it")
        case ("torch._utils", "_rebuild_sparse_tensor"): ("a sparse tensor", "call to_dense() on it")
        case ("torch._utils", "_rebuild_nested_tensor"): ("a nested tensor", "call unbind() on it")
        case ("torch._utils", "_rebuild_meta_tensor_no_storage"):
            ("a tensor without contents (on the device 'meta')", "load its contents")
        case ("torch._utils", _) where name.hasPrefix("_rebuild_device_tensor"):
            ("a tensor of another device", "call cpu() on it")
        case ("_codecs", "encode"): ("bytes, which are no tensor", "leave them out")
        case _ where module == "numpy" || module.hasPrefix("numpy."):
            ("something of NumPy's", "make it a tensor or one of Python's own numbers")
        default: nil
        }
    }
}
