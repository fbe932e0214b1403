internal import PluginSupport

/// A `.nemo` file: a tar archive with the weights as torch.save wrote them, and the model's configuration.
enum NeMoFile {
    private static let weights = [UInt8](ascii: "model_weights.ckpt")
    private static let configuration = [UInt8](ascii: "model_config.yaml")
    private static let distributed = [UInt8](ascii: "model_weights/")
    private static let largestConfiguration = 1 << 20

    /// Whether a file that begins with `prefix` is such a file: a tar archive whose first members say so.
    static func begins(_ prefix: [UInt8]) -> Bool {
        guard TarFile.isHeader(prefix) else { return false }
        let names = stride(from: 0, to: prefix.count, by: 512).map { place in
            Array(prefix[place...].prefix(100).prefix { $0 != 0 })
        }
        return names.contains { name in
            let plain = name.starts(with: [UInt8](ascii: "./")) ? Array(name.dropFirst(2)) : name
            return plain == weights || plain == configuration || plain.starts(with: distributed)
        }
    }

    /// Opens `file`; with a `root`, for what is at these keys only.
    static func open(_ file: InputFile, root: [UInt8]?) throws(Refusal) -> TorchModel {
        if file.copy(0..<min(2, file.byteCount)) == [0x1F, 0x8B] {
            throw Refusal(.unsupported, "is compressed with gzip: unpack it with gunzip -c FILE > OTHER.nemo")
        }
        let members = try TarFile(file).members
        guard let weights = members.first(where: { $0.name == weights }) else {
            guard !members.contains(where: { $0.name.starts(with: distributed) }) else {
                throw Refusal(
                    .unsupported,
                    "has the weights as a distributed checkpoint: unpack it with tar -xf, and read its "
                        + "folder model_weights")
            }
            throw Refusal(.unrecognized, "is a tar archive without 'model_weights.ckpt': NeMo did not write it")
        }
        var notes = Notes()
        if let text = members.first(where: { $0.name == configuration }), text.place.count <= largestConfiguration {
            notes.add([UInt8](ascii: "nemo.model_config"), file.copy(text.place))
        }
        let inner: TorchFile
        do throws(Refusal) {
            inner = try TorchFile(InputFile(weights.place, of: file), root: root)
        } catch {
            throw error.shifted(by: weights.place.lowerBound).about("member", weights.name)
        }
        notes.merge(inner.notes)
        let tensors = inner.tensors.map { $0.moved(by: weights.place.lowerBound, to: 0) }
        return TorchModel(files: [file], parts: [], tensors: tensors, notes: notes)
    }
}
