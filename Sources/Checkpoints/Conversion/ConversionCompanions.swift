internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO

/// What lies beside the tensors of a checkpoint folder, and what becomes of it when they are converted.
struct ConversionCompanions {
    /// Files that come along as they are, relative to the folder.
    let copied: [FilePath]
    /// config.json, where the type of the elements is named in it and changes.
    let config: JSONBuilder?
    /// What is left out, and why.
    let notes: [String]
    /// The size of all that comes along, in bytes.
    let byteCount: Int

    /// Lists what is beside the tensors of `checkpoint`, but not what is in `destination`, nor what would be taken for
    /// tensors there.
    init(
        of checkpoint: Checkpoint, elementType: ElementType?, dequantizes: Bool = false, to format: any TensorFormat,
        except destination: FilePath
    ) throws(FocusError) {
        let tensorFiles = checkpoint.tensorFileNames
        var copied: [FilePath] = []
        var notes: [String] = []
        let isInPlace = destination == checkpoint.folder
        let parts = checkpoint.partPaths
        // In place links stay links; elsewhere they become what they point to.
        let files =
            isInPlace
            ? try FolderTree(checkpoint.folder).files
            : try FolderContents.files(below: checkpoint.folder, entersHidden: false)
        try ReadableFile.checkNames(files, below: checkpoint.folder)
        for file in files {
            let name = file.lastComponent?.string ?? ""
            if file.components.count == 1, tensorFiles.contains(name) { continue }
            if parts.contains(checkpoint.folder.pushing(file)) || !isInPlace && checkpoint.isBesideParts(file) {
                continue
            }
            if checkpoint.folder.pushing(file).starts(with: destination), !isInPlace { continue }
            let isTaken = file.components.count == 1 && format.owns(file: name)
            if dequantizes, file.string == "hf_quant_config.json" { continue }
            if isTaken || CompanionFiles.isStale(file) {
                notes.append("'\(file)' holds other weights and is left out")
            } else {
                copied.append(file)
            }
        }
        config = ConversionCompanions.config(of: checkpoint, elementType: elementType, dequantizes: dequantizes)
        self.copied = config == nil ? copied : copied.filter { $0.string != "config.json" }
        self.notes = notes
        byteCount = copied.reduce(0) { $0 + FolderContents.byteCount(of: checkpoint.folder.pushing($1)) }
    }

    /// config.json with the new type of the elements, and without what it says of quantised weights that are no more;
    /// nil where nothing changes.
    private static func config(
        of checkpoint: Checkpoint, elementType: ElementType?, dequantizes: Bool
    ) -> JSONBuilder? {
        let names: [ElementType: String] = [.f32: "float32", .f16: "float16", .bf16: "bfloat16", .f64: "float64"]
        guard let root = checkpoint.config?.root else { return nil }
        let old = JSONBuilder(root)
        let bare = dequantizes ? unquantized(old) : old
        let new = elementType.flatMap { names[$0] }.map { renamed(bare, to: $0) } ?? bare
        return new == old ? nil : new
    }

    /// `value` without the objects that say how weights are quantised.
    private static func unquantized(_ value: JSONBuilder) -> JSONBuilder {
        guard case .object(let members) = value else { return value }
        return .object(
            members.filter { member in
                guard case .object = member.value else { return true }
                return !ConfigNumbers.isQuantization(String(decoding: member.key, as: UTF8.self))
            }.map { .init(key: $0.key, unquantized($0.value)) })
    }

    private static func renamed(_ value: JSONBuilder, to name: String) -> JSONBuilder {
        guard case .object(var members) = value else { return value }
        for index in members.indices {
            let key = String(decoding: members[index].key, as: UTF8.self)
            if key == "torch_dtype" || key == "dtype", case .string = members[index].value {
                members[index].value = .text(name)
            } else {
                members[index].value = renamed(members[index].value, to: name)
            }
        }
        return .object(members)
    }
}
